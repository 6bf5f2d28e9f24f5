"""Ways out of the outbox. Each is a small object that opens a line, sends one letter, and says how it went."""
