"""How answers look on the terminal: one module an answer, each gives things that rich prints."""
