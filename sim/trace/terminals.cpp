#include "sim/trace/terminals.h"

#include <algorithm>

#include "kernel/terminal_requests.h"
#include "sim/trace/decode.h"
#include "sim/trace/flags.h"
#include "sim/trace/load.h"

namespace ipclab::trace {

namespace {

using Shape = kernel::RequestArgument::Shape;

// termios(3); an entry of several bits stands for all of them.
constexpr NamedValue kInputFlags[] = {
    {1, "IGNBRK"},   {2, "BRKINT"},    {4, "IGNPAR"},     {010, "PARMRK"},     {020, "INPCK"},
    {040, "ISTRIP"}, {0100, "INLCR"},  {0200, "IGNCR"},   {0400, "ICRNL"},     {01000, "IUCLC"},
    {02000, "IXON"}, {04000, "IXANY"}, {010000, "IXOFF"}, {020000, "IMAXBEL"}, {040000, "IUTF8"}};
constexpr NamedValue kOutputFlags[] = {{014000, "XTABS"}, {1, "OPOST"},    {2, "OLCUC"},
                                       {4, "ONLCR"},      {010, "OCRNL"},  {020, "ONOCR"},
                                       {040, "ONLRET"},   {0100, "OFILL"}, {0200, "OFDEL"}};
constexpr NamedValue kControlFlags[] = {{017, "B38400"},   {016, "B19200"},  {015, "B9600"},
                                        {060, "CS8"},      {040, "CS7"},     {020, "CS6"},
                                        {0100, "CSTOPB"},  {0200, "CREAD"},  {0400, "PARENB"},
                                        {01000, "PARODD"}, {02000, "HUPCL"}, {04000, "CLOCAL"}};
constexpr NamedValue kLocalFlags[] = {
    {1, "ISIG"},       {2, "ICANON"},      {010, "ECHO"},      {020, "ECHOE"},      {040, "ECHOK"},
    {0100, "ECHONL"},  {0200, "NOFLSH"},   {0400, "TOSTOP"},   {01000, "ECHOCTL"},  {02000, "ECHOPRT"},
    {04000, "ECHOKE"}, {010000, "FLUSHO"}, {040000, "PENDIN"}, {0100000, "IEXTEN"}, {0200000, "EXTPROC"}};
constexpr NamedValue kFlushes[] = {{0, "TCIFLUSH"}, {1, "TCOFLUSH"}, {2, "TCIOFLUSH"}};
constexpr NamedValue kFlows[] = {{0, "TCOOFF"}, {1, "TCOON"}, {2, "TCIOFF"}, {3, "TCION"}};

void append_settings(std::string& out, std::span<const std::uint8_t> bytes) {
    struct Field {
        std::string_view name;
        std::span<const NamedValue> flags;
    };
    const Field fields[] = {{"{c_iflag=", kInputFlags},
                            {", c_oflag=", kOutputFlags},
                            {", c_cflag=", kControlFlags},
                            {", c_lflag=", kLocalFlags}};
    for (std::size_t i = 0; i < std::size(fields); ++i) {
        out += fields[i].name;
        append_flags(out, load<std::uint32_t>(bytes, i * 4), fields[i].flags, "???");
    }
    out += ", ...}";
}

bool names_processes(std::uint32_t request) {
    return request == kernel::kTiocGetGroup || request == kernel::kTiocSetGroup ||
           request == kernel::kTiocGetSession;
}

}  // namespace

void append_request_value(std::string& out, std::uint32_t request, std::uint64_t value) {
    const auto word = static_cast<std::uint32_t>(value);
    if (request == kernel::kTcFlush) return append_choice(out, word, kFlushes, "TC???");
    if (request == kernel::kTcFlow) return append_choice(out, word, kFlows, "TC???");
    if (request == kernel::kTiocGptpeer) return append_open_flags(out, word);
    if (is_request_value(request)) return append_number(out, std::int64_t{static_cast<std::int32_t>(word)});
    if (value == 0)
        out += "NULL";
    else
        append_hex(out, value);
}

void append_request_argument(std::string& out, std::uint32_t request, std::span<const std::uint8_t> bytes) {
    switch (kernel::request_argument(request).shape) {
        case Shape::value:
            return;
        case Shape::settings:
            return append_settings(out, bytes);
        case Shape::size:
            out += "{ws_row=";
            append_number(out, std::uint64_t{load<std::uint16_t>(bytes, 0)});
            out += ", ws_col=";
            append_number(out, std::uint64_t{load<std::uint16_t>(bytes, 2)});
            out += '}';
            return;
        case Shape::number:
            out += '[';
            append_number(out, std::int64_t{load<std::int32_t>(bytes, 0)});
            out += ']';
            return;
    }
}

bool is_request_value(std::uint64_t request) {
    constexpr std::uint32_t kValues[] = {kernel::kTcBreak, kernel::kTcBreakPosix,       kernel::kTcFlow,
                                         kernel::kTcFlush, kernel::kTiocSetControlling, kernel::kTiocGptpeer,
                                         kernel::kTiocSig};
    return std::ranges::find(kValues, static_cast<std::uint32_t>(request)) != std::end(kValues);
}

bool same_request_argument(std::uint64_t request, std::span<const std::uint8_t> left,
                           std::span<const std::uint8_t> right, const IdMap& ids) {
    if (names_processes(static_cast<std::uint32_t>(request)))
        return ids.is_same(load<std::int32_t>(left, 0), load<std::int32_t>(right, 0));
    return std::ranges::equal(left, right);
}

}  // namespace ipclab::trace
