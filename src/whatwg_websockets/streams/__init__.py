"""The Streams Standard: readable, writable and transform streams, and their queuing strategies."""
