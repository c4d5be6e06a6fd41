"""The playground: a page on which a policy and a product are edited side by side."""
