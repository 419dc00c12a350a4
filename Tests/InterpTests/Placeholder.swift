import Testing

@Suite struct PlaceholderInterpTests {
}
