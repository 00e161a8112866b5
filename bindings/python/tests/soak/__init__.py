"""A long life in a short time: every kind of callback so many times, one in six of which raises, on connections that are
advanced in every way, while threads read the cache and other connections come and go. Then nothing may have grown.

    python -X dev -X faulthandler -W error -m tests.soak URI DATABASE [CALLBACKS [ORDERS]]

CALLBACKS is how many of each kind there are to be after the warm-up. ORDERS is the embedded host's pipe; with it, all
connections are lost and made again now and then. It ends with the status 1, and says what has grown, if something has.
"""
