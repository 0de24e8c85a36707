"""Readers take what came from outside apart. They know nothing of stores: text in, facts and findings out."""
