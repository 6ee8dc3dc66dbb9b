# The threads and the queues between them.
