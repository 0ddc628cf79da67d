#include "sim/engine/text.h"

#include <doctest/doctest.h>

using namespace ipclab::engine;

TEST_CASE("a byte that cannot be shown is an escape") {
    CHECK(byte_text('a') == "a");
    CHECK(byte_text('\n') == "\\n");
    CHECK(byte_text(0) == "\\0");
    CHECK(byte_text(0x1b) == "\\x1b");
    CHECK(byte_text(0xff) == "\\xff");
}

TEST_CASE("well-formed UTF-8 stays, broken UTF-8 becomes escapes") {
    CHECK(printable("größe …") == "größe …");
    CHECK(printable("a\xff\xc3") == "a\\xff\\xc3");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
    CHECK(printable("\xc2\x85") == "\\xc2\\x85");           // a control character
    CHECK(printable("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");
}

TEST_CASE("a tab goes to the next multiple of its width") {
    CHECK(printable("a\tb", 8) == "a       b");
    CHECK(printable("\tb", 4) == "    b");
    CHECK(printable("a\tb") == "a\\tb");
}

TEST_CASE("text is cut between characters, never within one") {
    CHECK(shortened("abc", 3) == "abc");
    CHECK(shortened("abcd", 3) == "abc…");
    CHECK(shortened("aöb", 2) == "a…");
}

TEST_CASE("large numbers have commas") {
    CHECK(with_commas(0) == "0");
    CHECK(with_commas(999) == "999");
    CHECK(with_commas(65536) == "65,536");
    CHECK(with_commas(1234567) == "1,234,567");
}

TEST_CASE("times are in the unit that fits") {
    CHECK(time_text(0) == "0 ns");
    CHECK(time_text(999) == "999 ns");
    CHECK(time_text(1500) == "1.500 µs");
    CHECK(time_text(12'300'000) == "12.30 ms");
    CHECK(time_text(123'000'000'000) == "123.0 s");
    CHECK(time_text(999'999'000) == "1.000 s");
    CHECK(time_text(99'996) == "100.0 µs");
}
