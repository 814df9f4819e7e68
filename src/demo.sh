#!/bin/sh
# make run: makes a demo clinic at first use, says how to read the result, starts the kiosk.
# Usage: src/demo.sh PROGRAMS FOLDER
set -eu
bin=$1
clinic=$2
conf=$clinic/kiosk.conf

if [ ! -e "$conf" ]; then
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
        -e 's/^# log = /log = /' kiosk.conf > "$clinic.new/kiosk.conf"
    "$bin/foyer" -c "$clinic.new/kiosk.conf" init --demo > "$clinic.new/recovery-key"
    mv "$clinic.new" "$clinic"
    echo
    echo "A demo clinic was made in $clinic/. Its printed recovery key, which a real clinic"
    echo "locks away on paper, is in $clinic/recovery-key."
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
