// The message bus of lessons/21-dbus against the real one: the real tools talk to our broker, our client talks to a real
// dbus-daemon, and whatever both can be asked is answered the same. What is expected is what the real ones print.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/session/load.h"
#include "sim/session/simulate.h"
#include "tests/support/native.h"

using namespace ipclab;
using namespace ipclab::testing;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

const std::string kBus = IPCLAB_SOURCE_DIR "/lessons/21-dbus/";
const std::string kTests = IPCLAB_SOURCE_DIR "/tests/lesson/dbus/";

struct Program {
    std::string file;
    Names parts;  ///< the other files of the lesson that it consists of, without ".c"
};

const Names kFormat = {"values", "message", "valid", "address", "describe", "text"};

Program program(const std::string& folder, const std::string& name, Names parts) {
    parts.insert(parts.end(), kFormat.begin(), kFormat.end());
    return {folder + name + ".c", parts};
}

Program broker() {
    return program(kBus, "broker", {"route", "names", "match", "driver"});
}

Program client(const std::string& folder, const std::string& name) {
    return program(folder, name, {"client", "service"});
}

/// The programs of the lesson and of the tests beside this file, compiled once, with sanitizers that end them.
const std::string& programs() {
    static const TemporaryDirectory directory;
    static const bool built = [] {
        std::vector<Program> list = {broker(), client(kTests, "rules"), client(kTests, "hostile")};
        for (const char* name : {"bus", "disks", "files", "plug"}) list.push_back(client(kBus, name));
        for (const Program& one : list) {
            Names command = {"/usr/bin/cc",
                             "-std=gnu11",
                             "-Wall",
                             "-Wextra",
                             "-Werror",
                             "-O1",
                             "-fsanitize=address,undefined",
                             "-fno-sanitize-recover=all",
                             "-I",
                             kBus,
                             "-o",
                             fs::path(one.file).stem().string(),
                             one.file};
            for (const std::string& part : one.parts) command.push_back(kBus + part + ".c");
            const auto result = run_native(command, directory.path(), "/usr/bin:/bin", "", 120);
            if (result.status != 0) throw std::runtime_error(result.err);
        }
        return true;
    }();
    (void)built;
    return directory.path();
}

/// Says which package is missing, where a tool is.
bool is_there(const std::string& tool, const char* package) {
    if (fs::exists("/usr/bin/" + tool)) return true;
    MESSAGE("skipped: " << tool << " is not installed (package " << package << ")");
    return false;
}

std::string path() {
    return programs() + ":/usr/bin:/bin";
}

/// A line for /bin/sh with our broker as its session bus; it ends when the line does.
NativeResult on_our_bus(const std::string& line) {
    const TemporaryDirectory directory;
    return run_native(
        {programs() + "/broker", "--address=unix:path=" + directory.path() + "/bus", "/bin/sh", "-c", line},
        directory.path(), path(), "", 60);
}

/// And with a dbus-daemon, which lets everybody do everything but answer what nobody asked, as on Debian's system bus.
NativeResult on_real_bus(const std::string& line) {
    const TemporaryDirectory directory;
    directory.write("bus.conf", "<busconfig><type>session</type><listen>unix:path=" + directory.path() +
                                    "/bus</listen>" +
                                    R"(<auth>EXTERNAL</auth><policy context="default"><allow own="*"/>
        <allow send_type="method_call"/><allow send_type="signal"/>
        <allow send_requested_reply="true" send_type="method_return"/>
        <allow send_requested_reply="true" send_type="error"/>
        <allow receive_type="method_call"/><allow receive_type="method_return"/>
        <allow receive_type="error"/><allow receive_type="signal"/></policy></busconfig>)");
    return run_native({"/usr/bin/dbus-run-session", "--config-file=" + directory.path() + "/bus.conf", "--",
                       "/bin/sh", "-c", line},
                      directory.path(), path(), "", 60);
}

void same_on_both(const std::string& line) {
    CAPTURE(line);
    const NativeResult real = on_real_bus(line), ours = on_our_bus(line);
    CHECK(ours.out == real.out);
    CHECK(ours.status == real.status);
    CHECK(ours.out != "");
}

const std::string kCall = " call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus";
const std::string kBusctl = "busctl --address=$DBUS_SESSION_BUS_ADDRESS";

}  // namespace

TEST_CASE(
    "names, calls, signals, match rules and monitors follow the same rules on our bus and on dbus-daemon") {
    if (!is_there("dbus-run-session", "dbus")) return;
    same_on_both("rules");
}

TEST_CASE("what the bus is asked it answers as dbus-daemon does, and with the same errors") {
    if (!is_there("dbus-run-session", "dbus")) return;
    std::string script;
    for (const char* question : {
             ".Peer Ping",
             ".Peer GetMachineId",
             ".Peer None",
             ".NoSuch Method",
             ".Properties Get ss org.none Features",
             ".Properties Get ss org.freedesktop.DBus None",
             ".Properties GetAll s org.none",
             " NoSuchMethod",
             " Hello",
             " RequestName su org.example.A 0",
             " RequestName su :1.5 0",
             " RequestName su org.freedesktop.DBus 0",
             " RequestName su noDots 0",
             " RequestName s org.example.A",
             " ReleaseName s org.example.A",
             " ReleaseName s bad",
             " ListNames",
             " ListQueuedOwners s org.freedesktop.DBus",
             " ListQueuedOwners s :1.0",
             " ListQueuedOwners s org.none.A",
             " NameHasOwner s org.freedesktop.DBus",
             " NameHasOwner s :1.0",
             " NameHasOwner s bad",
             " GetNameOwner s org.freedesktop.DBus",
             " GetNameOwner s org.none.A",
             " GetConnectionUnixUser s org.freedesktop.DBus",
             " GetConnectionUnixUser s :1.777",
             " GetNameOwner u 5",
             " StartServiceByName su org.none.A 0",
             " StartServiceByName su org.freedesktop.DBus 0",
             " AddMatch s type=signal",
             " AddMatch s \"type='nonsense'\"",
             " AddMatch s \"colour='red'\"",
             " AddMatch s \"member='x\"",
             " AddMatch s \"member='x',member='y'\"",
             " AddMatch s \"path='/a',path_namespace='/b'\"",
             " AddMatch s \"arg64='x'\"",
             " AddMatch s \"arg63='x'\"",
             " AddMatch s \"arg0path='/x/'\"",
             " AddMatch s \"arg1namespace='x'\"",
             " AddMatch s \"arg0namespace='x'\"",
             " AddMatch s \"type=signal, member=foo\"",
             " AddMatch s type",
             " AddMatch s ''",
             " AddMatch s \"sender='bad'\"",
             " AddMatch s \"interface='bad'\"",
             " AddMatch s \"destination=':1.0'\"",
             " RemoveMatch s type=signal",
             " RemoveMatch s nonsense",
         })
        // Of an error only its name, which stands before the first colon: the words are each bus's own.
        script += "bus" + kCall + question + " >out 2>err; echo $?; cat out; head -1 err | sed 's/: .*//'\n";
    same_on_both(script);
}

TEST_CASE("a signal reaches those whose match rule describes it, with all that is in it") {
    if (!is_there("dbus-run-session", "dbus")) return;
    const auto listen = [](const std::string& rule, int count, const std::string& signals) {
        return "bus listen \"" + rule + "\" " + std::to_string(count) + " & bus wait org.example.Listener; " +
               signals + " wait";
    };
    same_on_both(
        listen("member='S'", 4,
               "bus emit / a.b S; bus emit /x/y a.b S 'sua{sv}' x 5 2 a s y b au 2 3 4; bus emit / a.b T;"
               "bus emit / a.b S s \"it's \\\"q\\\" \xc3\xbc\";"
               "bus emit / a.b S 'ynqiuxtdboga(s(id))' 255 -5 65535 -7 4000000000 -9223372036854775808 "
               "18446744073709551615 2.5 true /a/b 'a{sv}' 1 x 5 0.25;"));
    same_on_both(
        listen("arg0='x',arg2path='/a/b/'", 3,
               "bus emit / a.b S s x; bus emit / a.b S sss x y /a/c; bus emit / a.b S sss x y /a/b/c;"
               "bus emit / a.b S sss x y /a/; bus emit / a.b S ssi x y 6; bus emit / a.b S sso x y /a/b/d;"));
    same_on_both(listen("path_namespace='/a',interface='a.b'", 2,
                        "bus emit / a.b S; bus emit /ab a.b S; bus emit /a a.b S; bus emit /a/b a.c S;"
                        "bus emit /a/b a.b T;"));
    same_on_both(listen("arg0namespace='com.x'", 2,
                        "bus emit / a.b S; bus emit / a.b S s com.xy; bus emit / a.b S s com.x;"
                        "bus emit / a.b S s com.x.y;"));
}

TEST_CASE("busctl prints of our bus what it prints of dbus-daemon, and our client what busctl prints") {
    if (!is_there("dbus-run-session", "dbus") || !is_there("busctl", "systemd")) return;
    for (const char* question : {" ListNames", " GetNameOwner s org.freedesktop.DBus",
                                 " RequestName su a.b 0", ".Peer GetMachineId", " NameHasOwner s :1.0"}) {
        same_on_both(kBusctl + kCall + question);
        const NativeResult theirs = on_our_bus(kBusctl + kCall + question),
                           ours = on_our_bus("bus" + kCall + question);
        CHECK(ours.out == theirs.out);
    }
    // Its own interface, with the methods that both have.
    const std::string members = kBusctl +
                                " introspect --no-pager org.freedesktop.DBus /org/freedesktop/DBus " +
                                "org.freedesktop.DBus | tr -s ' ' | cut -d' ' -f1-3";
    const NativeResult real = on_real_bus(members), ours = on_our_bus(members);
    CHECK(ours.status == 0);
    std::size_t lines = 0;
    for (std::size_t start = 0, end; (end = ours.out.find('\n', start)) != std::string::npos;
         start = end + 1, lines++)
        CHECK(real.out.find(ours.out.substr(start, end - start + 1)) != std::string::npos);
    CHECK(lines > 20);
}

TEST_CASE("dbus-send and gdbus print of our bus what they print of dbus-daemon") {
    if (!is_there("dbus-run-session", "dbus") || !is_there("dbus-send", "dbus")) return;
    same_on_both(
        "dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
        "org.freedesktop.DBus.ListNames");
    same_on_both("dbus-send --session --print-reply --dest=org.none.A / org.none.A.M 2>&1 | sed 's/: .*//'");
    same_on_both(
        "bus listen \"member='S'\" 1 & bus wait org.example.Listener; "
        "dbus-send --session / a.b.S string:x dict:string:int32:one,1 variant:objpath:/a array:byte:1,2; "
        "wait");
    if (!is_there("gdbus", "libglib2.0-bin")) return;
    const std::string call = "gdbus call --session -d org.freedesktop.DBus -o / -m org.freedesktop.DBus.";
    same_on_both(call + "GetNameOwner org.freedesktop.DBus");
    same_on_both(call + "Peer.Ping");
    same_on_both(call + "ListQueuedOwners org.none.A 2>&1 | sed 's/Owner: .*//'");
    same_on_both(
        "bus listen \"member='S'\" 1 & gdbus wait --session org.example.Listener; "
        "gdbus emit --session -o /a -s a.b.S 5 \"{'k': <@au []>}\"; wait");
}

TEST_CASE("the real tools use a service of ours, on our bus and on dbus-daemon") {
    if (!is_there("dbus-run-session", "dbus")) return;
    const auto with_disks = [](const std::string& line) {
        same_on_both("disks & bus wait org.example.Disks; (" + line + ") 2>&1; kill $!; wait");
    };
    with_disks(
        "plug HOLIDAY; plug WORK; bus call org.example.Disks /org/example/Disks org.example.Disks Mount s "
        "WORK;"
        "bus call org.example.Disks /org/example/Disks org.example.Disks Mount s NONE;"
        "bus call org.example.Disks /org/example/Disks org.example.Disks Mount u 5;"
        "bus call org.example.Disks /org/example/Disks org.example.Disks None;"
        "bus call org.example.Disks /org/none org.example.Disks None;"
        "bus call org.example.Disks / org.freedesktop.DBus.Peer Ping");
    if (is_there("busctl", "systemd"))
        with_disks(kBusctl + " introspect org.example.Disks /org/example/Disks;" + kBusctl +
                   " tree org.example.Disks;" + kBusctl +
                   " call org.example.Disks /org/example/Disks org.example.Disks Plug s X;" + kBusctl +
                   " get-property org.example.Disks /org/example/Disks org.example.Disks Count;" + kBusctl +
                   " set-property org.example.Disks /org/example/Disks org.example.Disks Count u 5");
    if (is_there("gdbus", "libglib2.0-bin"))
        with_disks(
            "gdbus introspect --session -d org.example.Disks -o / -r;"
            "gdbus call --session -d org.example.Disks -o /org/example/Disks -m org.example.Disks.Plug Y;"
            "gdbus call --session -d org.example.Disks -o /org/example/Disks -m org.example.Disks.Mount Y");
}

TEST_CASE(
    "the file manager opens its window, gets NoReply when the disk service dies, and ends when it has gone") {
    // What is printed by different programs is in no order.
    const std::string scenario =
        "(disks 1 & files & bus wait org.example.Disks org.example.Files;"
        "bus call org.example.Files / a.b C; plug HOLIDAY; plug WORK; wait; plug LATE) 2>&1 |"
        "sed 's/Unknown: .*/Unknown/; s/UnknownMethod: .*/UnknownMethod/' | sort";
    const NativeResult ours = on_our_bus(scenario);
    for (const char* line :
         {"files: a window shows /media/HOLIDAY\n", "files: the disk service has gone\n",
          "files: no window: org.freedesktop.DBus.Error.NoReply\n",
          "org.freedesktop.DBus.Error.UnknownMethod\n", "org.freedesktop.DBus.Error.ServiceUnknown\n"})
        CHECK(ours.out.find(line) != std::string::npos);
    if (!is_there("dbus-run-session", "dbus")) return;
    CHECK(on_real_bus(scenario).out == ours.out);
}

TEST_CASE("the bus and its clients do on the simulated kernel what they do on this one") {
    session::Request request;
    request.shell_line = "broker rules && broker hostile 1 500 50";
    request.include_directories = {kBus};
    for (const Program& one : {broker(), client(kTests, "rules"), client(kTests, "hostile")}) {
        session::ProgramSpec spec{fs::path(one.file).stem().string(), {one.file}};
        for (const std::string& part : one.parts) spec.files.push_back(kBus + part + ".c");
        request.programs.push_back(std::move(spec));
    }
    const session::Loaded loaded = session::load(request);
    CHECK(loaded.error == "");
    CHECK(cc::format(loaded.diagnostics) == "");
    REQUIRE(loaded.ok());
    session::SimulationOptions options;
    options.input_from = session::Input::given;
    options.output_to = session::Output::none;
    options.stops_at_mistake = true;
    const session::SimulationResult simulated = session::simulate(loaded, options);
    CHECK(simulated.end == session::RunEnd::finished);
    CHECK(simulated.outcome.standard_output == on_our_bus("rules").out + "still there\n");
    CHECK(simulated.outcome.standard_error == "");
}

TEST_CASE("damaged messages are refused and never do harm") {
    for (const char* seed : {"1", "2", "3", "4"}) {
        CAPTURE(seed);
        const NativeResult result =
            run_native({programs() + "/hostile", seed, "10000"}, programs(), path(), "", 60);
        CHECK(result.err == "");
        CHECK(result.out == "still there\n");
    }
}

TEST_CASE(
    "clients that break the protocol, never read, or never speak lose their connection or wait; the bus "
    "serves on") {
    for (const char* seed : {"11", "12", "13"}) {
        CAPTURE(seed);
        const NativeResult result = on_our_bus(std::string("hostile ") + seed + " 0 300");
        CHECK(result.err == "");
        CHECK(result.out == "still there\n");
        CHECK(result.status == 0);
    }
}
