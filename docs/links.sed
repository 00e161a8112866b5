# What Doxygen reads goes through this: links of the pages to where they lead from target/docs/html.

# Names of the C surface in backticks are links to it.
s/`(stdb_[a-z0-9_]*[a-z0-9]|STDB_OK|STDB_(BOUND|CALL|COMPRESSION|ERR|EVENT|LIFECYCLE|LOG|PROTOCOL|SPECIAL|STATE|TYPE)_[A-Z0-9_]+)`/#\1/g
# The headers and the package have pages; other sources are where they are.
s!\]\((\.\./)*include/stdb\.h\)!](stdb_8h.html#details)!g
s#\]\([^)]*stdb\.hpp\)#](../cpp/html/index.html)#g
s#\]\([^)]*stdb/__init__\.py\)#](../python/stdb.html)#g
s#\]\((\.\./)*((bindings|examples)/[^)]*\.(c|cpp|hpp|py))\)#](../../../\2)#g
s#\]\((stdb|tests)\)#](../../../bindings/cpp/\1)#g
s#\]\(LICENSE\)#](../../../LICENSE)#g
# It knows no headings of other pages.
s/(\]\([^)]*\.md)#[^)]*\)/\1)/g
