#include "sim/host/build.h"

#include <filesystem>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;

namespace {

BuildRequest request_of(std::vector<ProgramSource> programs) {
    BuildRequest request;
    request.programs = std::move(programs);
    return request;
}
Build compiled(std::vector<ProgramSource> programs) {
    return build_programs(request_of(std::move(programs)));
}

}  // namespace

TEST_SUITE("build") {
    TEST_CASE("an error of the C compiler comes back as its text, with the name that the file was given") {
        NEEDS(compiler);
        const Build made = compiled({{"prog", {{"lesson/prog.c", "int main(void) { return x; }\n"}}, {}}});
        CHECK_FALSE(made.ok());
        CHECK(made.messages().find("lesson/prog.c:1:25: error: 'x' undeclared") != std::string::npos);
    }

    TEST_CASE("several files are linked into one program, and find the headers that are given with them") {
        NEEDS(compiler);
        const Build made = compiled({{"prog",
                                      {{"main.c", "#include \"inc/f.h\"\nint main(void) { return f(); }\n"},
                                       {"f.c", "#include \"inc/f.h\"\nint f(void) { return 3; }\n"}},
                                      {{"inc/f.h", "int f(void);\n"}}}});
        CHECK_MESSAGE(made.ok(), made.messages());
        CHECK(std::filesystem::exists(made.bin_directory() / "prog"));
    }

    TEST_CASE("__FILE__ is the name that the file was given, wherever it is compiled") {
        NEEDS_RUNS();
        RealRequest request;
        request.mode = RunMode::free;
        request.build.programs = {
            {"prog", {{"/home/me/prog.c", "#include <stdio.h>\nint main(void) { puts(__FILE__); }\n"}}, {}}};
        const RealResult result = run_real(request);
        CHECK_MESSAGE(result.ok(), result.error);
        CHECK(result.standard_output == "/home/me/prog.c\n");
    }

    TEST_CASE("a name that is no file name is refused") {
        const Build made = compiled({{"../prog", {{"prog.c", "int main(void) {}"}}, {}}});
        CHECK_FALSE(made.ok());
        CHECK(made.messages().find("cannot be a program's name") != std::string::npos);
    }

    TEST_CASE("a compiler that does not come to an end is stopped") {
        NEEDS(compiler);
        BuildRequest request = request_of({{"prog", {{"prog.c", "#include \"/dev/zero\"\n"}}, {}}});
        request.timeout_ns = 300'000'000;
        CHECK_FALSE(build_programs(request).ok());
    }

    TEST_CASE("a missing compiler is named, with what to install") {
        BuildRequest request = request_of({{"prog", {{"prog.c", "int main(void) {}"}}, {}}});
        request.compiler = "no-such-compiler";
        const Build made = build_programs(request);
        CHECK_FALSE(made.ok());
        CHECK(made.messages().find("apt-get install") != std::string::npos);
    }

    TEST_CASE("the directory of a build goes with it") {
        std::filesystem::path directory;
        {
            const Build made = compiled({{"prog", {{"prog.c", "int main(void) {}"}}, {}}});
            directory = made.bin_directory().parent_path();
            CHECK(std::filesystem::exists(directory));
        }
        CHECK_FALSE(std::filesystem::exists(directory));
    }
}
