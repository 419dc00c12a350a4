import Testing

@Suite struct PlaceholderMemoryTests {
}
