"""What a day costs, from the drop folder to the queues, by its size and by the history behind it."""
