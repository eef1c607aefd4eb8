"""The rating place in a browser: pages for raters and organisers, and the JSON API beside them."""
