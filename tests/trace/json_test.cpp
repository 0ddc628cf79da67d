#include "sim/trace/json.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/trace/builder.h"

using namespace ipclab::trace;
using namespace ipclab::trace::testing;

TEST_CASE("a call is one line of JSON with documented fields") {
    Builder b;
    Event& e = b.call(3, Sys::write, {4, 0x2000, 6}, -32, {{1, "hello\n"}});
    e.object = {ipclab::kernel::ObjectKind::pipe, 7};
    e.source = {0, 12};
    CHECK(to_json(b.trace) ==
          R"({"time_ns":1000,"event":"syscall","task":3,"process":3,"start_ns":1000,"number":1,"result":-32,)"
          R"("args":[4,8192,6,0,0,0],"object":{"kind":"pipe","id":7},"source":{"file":0,"line":12},)"
          R"("payload":[{"argument":1,"text":"hello\n"}],"call":"write","errno":"EPIPE",)"
          R"j("line":"write(4, \"hello\\n\", 6) = -1 EPIPE (Broken pipe)"})j"
          "\n");
}

TEST_CASE("events of every kind with any bytes come back equal") {
    const Trace trace = garbage(2'000);
    const std::string text = to_json(trace);
    JsonTrace read = from_json(text);
    REQUIRE_FALSE(read.error.has_value());
    CHECK(read.trace == trace);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        CHECK(nlohmann::json::accept(text.substr(begin, end - begin)));
        begin = end + 1;
    }
}

TEST_CASE("a wrong trace file is refused with line and field") {
    const std::string good = R"({"time_ns":1,"event":"woken","task":1,"process":1})"
                             "\n";
    struct Row {
        std::string text;
        std::string error;
    };
    const Row rows[] = {
        {"{", "line 2: is not JSON at column 2"},
        {"[1]", "line 2: each line must be one object"},
        {R"({"event":"woken","task":1,"process":1})", "line 2: \"time_ns\" is missing"},
        {R"({"time_ns":1,"task":1,"process":1})", "line 2: \"event\" is missing"},
        {R"({"time_ns":1,"event":"slept","task":1,"process":1})",
         "line 2: \"event\" there is no kind of event of this name"},
        {R"({"time_ns":1,"event":5,"task":1,"process":1})", "line 2: \"event\" must be a text"},
        {R"({"time_ns":1.5,"event":"woken","task":1,"process":1})",
         "line 2: \"time_ns\" must be a whole number"},
        {R"({"time_ns":1,"event":"woken","task":5000000000,"process":1})",
         "line 2: \"task\" is out of range"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"number":-1})",
         "line 2: \"number\" is out of range"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"cpu":256})",
         "line 2: \"cpu\" is out of range"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"args":[1,2]})",
         "line 2: \"args\" must be a list of six numbers"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"args":[1,2,3,4,5,"6"]})",
         "line 2: \"args\" must be a list of six numbers from 0 on"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"object":{"kind":"tube","id":1}})",
         "line 2: \"object\" there is no kind of object of this name"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"payload":[{"argument":1}]})",
         "line 2: \"payload\" each item needs text or hex"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"payload":[{"argument":1,"hex":"0g"}]})",
         "line 2: \"payload\" hex has other characters than 0 to 9 and a to f"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"payload":[{"text":"ab","full_bytes":1}]})",
         "line 2: \"payload\" full_bytes is less than what is there"},
        {R"({"time_ns":1,"event":"woken","task":1,"process":1,"source":3})",
         "line 2: \"source\" must have a file and a line"},
    };
    for (const Row& row : rows) {
        JsonTrace read = from_json(good + row.text + "\n" + good);
        REQUIRE_MESSAGE(read.error.has_value(), row.text);
        CHECK(read.error->text() == row.error);
        CHECK(read.trace.events.size() == 1);
        CHECK(read.trace.payload.empty());
    }
    CHECK_FALSE(from_json("\n \r\n" + good + "\n").error.has_value());
    CHECK(from_json(R"({"time_ns":1,"event":"woken","task":1,"process":1,"new_field":{}})")
              .trace.events.size() == 1);
    CHECK(from_json(std::string(100'000, '[')).error.has_value());
}

TEST_CASE("what is not UTF-8 is replaced in JSON strings, and what is stays") {
    auto quoted = [](std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    };
    CHECK(quoted("a\"\\\n\x01\x7f") == R"("a\"\\\n\u0001\u007f")");
    CHECK(quoted("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") == "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
    for (const char* wrong :
         {"\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\xf0\x9f"}) {
        CHECK(nlohmann::json::accept(quoted(wrong)));
        CHECK(quoted(wrong).find("\\ufffd") == 1);
    }
}
