"""SPARQL from outside: understood here, run elsewhere.

A query that somebody sends never runs, nor is parsed, in the web process. `request` reads what the protocol says,
`pool` hands it to a worker process that can be killed, and `worker` is that process. An answer is complete, in a
file, before its first byte is sent, so that its status is always true and a slow reader holds no worker.
"""
