"""What models behind a network have in common, and servers that speak the OpenAI protocol."""
