"""Comparanda: a multilingual knowledge graph of research methods, and the server that compares them."""

__version__ = "0.1.0"
