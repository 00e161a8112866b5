"""Tests of the package. They use unittest alone, so that a machine with Python and no more can run them:

    STDB_LIBRARY=…/libstdb.so PYTHONPATH=src python -X dev -m unittest discover -t . -s tests

They need a host with the kitchen module: `host` says which.
"""
