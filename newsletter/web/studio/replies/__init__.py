"""What people wrote back: the queue with a card for each reply, what is decided about it, answers, items, trust."""
