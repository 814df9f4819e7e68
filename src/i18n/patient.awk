# From the entries of a .pot file to the C table tr_patient[] of tr.h. PO strings are C strings. The C sources come
# before it: what they hand to pages_action() or pages_next() is a button's.
FILENAME ~ /\.[ch]$/ {
    if ($0 ~ /^[^a-z]* (pages_action|pages_next)\(/) call = 1
    if (!call) next
    for (rest = $0; match(rest, /tr\("[^"]*"\)/); rest = substr(rest, RSTART + RLENGTH))
        button[substr(rest, RSTART + 3, RLENGTH - 4)] = 1
    if ($0 ~ /;/) call = 0
    next
}
function flush() {
    if (id != "" && id != "\"\"") {
        printf "    { %s, %s, %s, %s },\n", ctx == "" ? "NULL" : ctx, id, many == "" ? "NULL" : many,
               ctx == "" && id in button ? "true" : "false"
        n++
    }
    ctx = id = many = part = ""
}
BEGIN {
    print "/* Made by the Makefile from the sources. */"
    print "#include \"tr.h\"\n\nconst struct tr_text tr_patient[] = {"
}
/^msgctxt / { part = "ctx"; ctx = substr($0, 9); next }
/^msgid_plural / { part = "many"; many = substr($0, 14); next }
/^msgid / { part = "id"; id = substr($0, 7); next }
/^msgstr/ { part = ""; next }
/^"/ {
    if (part == "ctx") ctx = ctx " " $0
    if (part == "id") id = id " " $0
    if (part == "many") many = many " " $0
    next
}
/^$/ { flush() }
END {
    flush()
    print "};\nconst size_t tr_npatient = sizeof tr_patient / sizeof *tr_patient;"
}
