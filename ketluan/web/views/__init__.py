"""One module a page: read the address, ask the library, fill the template."""
