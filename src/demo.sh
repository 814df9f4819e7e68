#!/bin/sh
# make run: makes a demo clinic at first use, says how to read the result, starts the kiosk.
# make demo: the same clinic with 200 intakes over 60 days in it, and the staff's screen.
# Usage: src/demo.sh PROGRAMS FOLDER [review]
set -eu
bin=$1
clinic=$2
what=${3:-kiosk}
conf=$clinic/kiosk.conf
days=60
case $bin in /*) locale=$bin/locale ;; *) locale=$PWD/$bin/locale ;; esac

# The flushes of a real letterbox, a thousand of them, take a minute on a flash card: the intakes are made in
# memory where there is room for them, and moved. FOYER_TEST_NOW: the clinic was founded before its first day.
fill() {
    ram=$(mktemp -d /dev/shm/foyer-demo.XXXXXX 2>/dev/null || mktemp -d)
    trap 'rm -rf "$ram"' EXIT
    cp "$1"/* "$ram"
    sed -e "s|^forms_dir = .*|forms_dir = \"$PWD/forms\";|" "$1/kiosk.conf" > "$ram/kiosk.conf"
    "$bin/foyer-demo" "$bin" "$ram/kiosk.conf" "$ram/passphrase"
    cp "$ram/foyer.db" "$1/foyer.db.new"
    mv "$1/foyer.db.new" "$1/foyer.db"
    rm -rf "$ram"
    trap - EXIT
}

make_clinic() {
    umask 077
    rm -rf "$clinic.new" # of a first run that was interrupted
    mkdir "$clinic.new"
    # The shipped settings, with a clinic's facts filled in and the forms of this folder.
    sed -e 's/^  # name = .*/  name = "Demo clinic";/' \
        -e 's/^  # phone = /  phone = /' \
        -e 's/^  # hours = /  hours = /' \
        -e 's/^  # after_hours = /  after_hours = /' \
        -e 's/^  # emergency = /  emergency = /' \
        -e 's/^  # privacy_contact = /  privacy_contact = /' \
        -e 's/^# forms_dir = .*/forms_dir = "..\/forms";/' \
        -e 's/^# languages = .*/languages = [ "en", "es", "ms", "zh_CN", "ta", "hi" ];/' \
        -e "s|^# locale_dir = .*|locale_dir = \"$locale\";|" \
        -e 's/^# log = /log = /' kiosk.conf > "$clinic.new/kiosk.conf"
    if [ "$what" = review ]; then
        FOYER_TEST_NOW=$(($(date +%s) - (days + 2) * 86400))
        export FOYER_TEST_NOW
    fi
    "$bin/foyer" -c "$clinic.new/kiosk.conf" init --demo > "$clinic.new/recovery-key"
    sed -i "s|$clinic\.new/|$clinic/|" "$clinic.new/recovery-key"
    "$bin/foyer" -c "$clinic.new/kiosk.conf" staff add desk --role desk > /dev/null
    "$bin/foyer" -c "$clinic.new/kiosk.conf" staff complete desk --user demo --passphrase-fd 3 --new-passphrase-fd 4 \
        3< "$clinic.new/passphrase" 4< "$clinic.new/passphrase" > /dev/null
    unset FOYER_TEST_NOW
    if [ "$what" = review ]; then
        fill "$clinic.new"
    fi
    mv "$clinic.new" "$clinic"
    echo
    echo "A demo clinic was made in $clinic/. Its printed recovery key, which a real clinic"
    echo "locks away on paper, is in $clinic/recovery-key."
}

if [ ! -e "$conf" ]; then
    make_clinic
elif [ "$what" = review ]; then
    echo
    echo "$clinic/ is there already and stays as it is. To begin anew: rm -r $clinic; make demo"
fi

if [ "$what" = review ]; then
    echo
    echo "The staff's screen asks for a passphrase. The demo clinic's is:"
    echo
    echo "    $(cat "$clinic/passphrase")"
    echo
    echo "In it, ? shows the keys. To come back later, as the practitioner, or as the"
    echo "desk, with the same passphrase:"
    echo
    echo "    $bin/foyer -c $conf review"
    echo "    $bin/foyer -c $conf review --user desk"
    echo
    echo "For a patient of your own: make run, in another terminal."
    if [ ! -t 0 ] || [ ! -t 1 ]; then
        exit 0
    fi
    echo
    printf 'Press Enter to open it. '
    read -r _
    exec "$bin/foyer" -c "$conf" review
fi

how() {
    echo "To read as staff what patients have answered: in another terminal, in the"
    echo "same folder,"
    echo
    echo "    $bin/foyer -c $conf review"
    echo
    echo "The demo clinic's passphrase is:  $(cat "$clinic/passphrase")"
}

echo
how
echo
echo "Nothing a patient can press ends the kiosk. To end it, close its terminal, or"
echo "in the other one:"
echo
echo "    kill \$(cat $clinic/kiosk.pid)"
if [ ! -t 0 ] || [ ! -t 1 ]; then
    echo
    echo "This is not a terminal, so the kiosk was not started."
    exit 0
fi
echo
printf 'Press Enter to start the kiosk. '
read -r _
status=0
(
    sh -c 'echo $PPID' > "$clinic/kiosk.pid"
    exec "$bin/foyer-kiosk" -c "$conf" --listen
) || status=$?
how
exit $status
