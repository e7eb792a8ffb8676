"""The documents that reviewers ask for, made of the code and of what only people can say."""
