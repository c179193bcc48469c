#!/bin/sh
# data/fetch without a network: usage, --check of missing, wrong and right files.
fetch=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
count=0

# expect STATUS TEXT WHAT COMMAND...: exit status and a part of what is said
expect() {
    status=$1
    text=$2
    what=$3
    shift 3
    count=$((count + 1))
    said=$("$@" 2>&1)
    got=$?
    if [ $got -eq "$status" ] && printf '%s' "$said" | grep -q -e "$text"; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        printf '%s\n' "status $got, expected $status with \"$text\": $said" | sed 's/^/# /'
    fi
}

expect 2 'expected one folder' 'no folder is refused' "$fetch"
expect 2 'unknown option' 'an unknown option is refused' "$fetch" --chek "$dir"
expect 2 'expected mnist or fashion-mnist' 'an unknown set is refused' \
    "$fetch" --set cifar "$dir"
expect 0 'Usage' 'help is given' "$fetch" --help
expect 1 'missing  fashion-mnist/t10k-labels' 'missing files are named' \
    "$fetch" --check "$dir"
mkdir "$dir/mnist"
echo no >"$dir/mnist/train-images-idx3-ubyte.gz"
expect 1 'wrong    mnist/train-images' 'a wrong file is named' \
    "$fetch" --set mnist --check "$dir"

# Downloaders that fail and that bring rubbish, in place of the real ones.
mkdir "$dir/bin"
printf '#!/bin/sh\nexit 6\n' >"$dir/bin/curl"
chmod +x "$dir/bin/curl"
expect 1 'is there a network' 'no network is said clearly' \
    env PATH="$dir/bin:$PATH" "$fetch" --set mnist "$dir/new"
cat >"$dir/bin/curl" <<'END'
#!/bin/sh
while [ $# -gt 1 ]; do
    [ "$1" = --output ] && echo rubbish >"$2"
    shift
done
END
expect 1 'wrong SHA-256' 'a wrong download is refused' \
    env PATH="$dir/bin:$PATH" "$fetch" --set mnist "$dir/new"
expect 1 'missing  mnist/train-images' 'and does not land under its name' \
    "$fetch" --set mnist --check "$dir/new"

count=$((count + 1))
if [ -n "${LEMMA_DATA-}" ]; then
    count=$((count - 1))
    expect 0 'right    mnist/train-images' 'the files of LEMMA_DATA are right' \
        "$fetch" --check "$LEMMA_DATA"
else
    echo "ok $count - the files of LEMMA_DATA are right # SKIP LEMMA_DATA is not set"
fi
echo "1..$count"
