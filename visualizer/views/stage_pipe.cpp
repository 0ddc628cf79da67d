// A pipe as a queue: the reader stands at the left, so the bytes read like text, the next one first; writers add at
// the right.
#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"
#include "visualizer/views/stage_parts.h"

namespace ipclab::visualizer {

namespace {

/// The process that wrote byte `index` of the front.
kernel::Pid writer_of(const PipePicture& pipe, std::size_t index) {
    for (const ByteRun& run : pipe.front_runs) {
        if (index < run.bytes) return run.writer;
        index -= run.bytes;
    }
    return {};
}

float byte_width(const Ui& ui, std::uint8_t byte) {
    return text_width(ui.fonts.mono, byte_text(byte)) + ui.px(4);
}

void draw_byte(const Ui& ui, ImDrawList* draw, ImVec2 at, std::uint8_t byte, kernel::Pid writer,
               float alpha) {
    const std::string text = byte_text(byte);
    const float width = byte_width(ui, byte), height = ui.px(24);
    const ImU32 colour = ui.process_colour(writer);
    draw->AddRectFilled(at, {at.x + width - 1, at.y + height}, faded(colour, 0.24f * alpha));
    draw->AddRectFilled({at.x, at.y + height - ui.px(3)}, {at.x + width - 1, at.y + height},
                        faded(colour, alpha));
    draw_text(draw, ui.fonts.mono,
              {at.x + ui.px(1.5f), at.y + (height - font_size(ui.fonts.mono)) / 2 - ui.px(1)},
              faded(text.size() > 1 ? ui.theme.muted : ui.theme.text, alpha), text);
}

constexpr float kByteHeight = 24, kLinePitch = 28, kHigherPages = 9;

/// The bytes that will be read next, the first at the upper left, in lines as text is; those that just left or arrived
/// are on their way.
void draw_front(const Ui& ui, ImDrawList* draw, ImVec2 at, ImVec2 size, const PipePicture& pipe,
                const PipeMotion* motion) {
    const float width = size.x, height = ui.px(kByteHeight);
    const int lines = 1 + static_cast<int>((size.y - height) / ui.px(kLinePitch));
    for (int i = 0; i < lines; ++i) {
        const float y = at.y + ui.px(kLinePitch) * static_cast<float>(i);
        draw->AddRectFilled({at.x, y}, {at.x + width, y + height}, ui.theme.raised, ui.px(3));
    }
    if (pipe.is_empty && !motion) {
        draw_text(draw, ui.fonts.small, {at.x + width / 2, at.y + ui.px(4)}, ui.theme.faint, "empty", 0,
                  Align::centre);
        return;
    }
    float progress = 1;
    if (motion) {
        const auto t =
            static_cast<float>(std::clamp((ui.time_s - motion->begin_s) / kMotionSeconds, 0.0, 1.0));
        progress = 1 - (1 - t) * (1 - t) * (1 - t);
    }
    draw->PushClipRect({at.x - ui.px(26), at.y}, {at.x + width, at.y + size.y}, true);
    float x = at.x + ui.px(2), y = at.y;
    if (motion && pipe.read_position > motion->before.read_position) {
        // What was read slides out at the left, the rest moves up.
        const std::size_t read = std::min<std::uint64_t>(pipe.read_position - motion->before.read_position,
                                                         motion->before.front.size());
        std::vector<float> places;
        float gone = 0;
        for (std::size_t i = 0; i < read && gone < width; ++i) {
            places.push_back(gone);
            gone += byte_width(ui, static_cast<std::uint8_t>(motion->before.front[i]));
        }
        for (std::size_t i = 0; i < places.size(); ++i)
            draw_byte(ui, draw, {x + places[i] - gone * progress, y},
                      static_cast<std::uint8_t>(motion->before.front[i]), writer_of(motion->before, i),
                      1 - progress);
        x += gone * (1 - progress);
    }
    const std::uint64_t is_new_from =
        motion ? std::max(motion->before.write_position, pipe.read_position) : UINT64_MAX;
    const std::string more = pipe.size_bytes > 0 ? fmt::format("+{}", with_commas(pipe.size_bytes)) : "";
    const float more_width = text_width(ui.fonts.small, more) + ui.px(10);
    std::size_t i = 0;
    for (int line = 0; i < pipe.front.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(pipe.front[i]);
        const bool is_last_byte = i + 1 == pipe.size_bytes, is_last_line = line + 1 == lines;
        if (x + byte_width(ui, byte) > at.x + width - (is_last_byte || !is_last_line ? 0 : more_width)) {
            if (is_last_line) break;
            ++line;
            x = at.x + ui.px(2);
            y += ui.px(kLinePitch);
        }
        const bool is_new = pipe.read_position + i >= is_new_from;
        draw_byte(ui, draw, {x + (is_new ? ui.px(60) * (1 - progress) : 0), y}, byte, writer_of(pipe, i),
                  is_new ? progress : 1);
        x += byte_width(ui, byte);
    }
    if (i < pipe.size_bytes)
        draw_text(
            draw, ui.fonts.small,
            {at.x + width - ui.px(5), at.y + ui.px(kLinePitch) * static_cast<float>(lines - 1) + ui.px(4)},
            ui.theme.muted, fmt::format("+{}", with_commas(pipe.size_bytes - i)), 0, Align::right);
    draw->PopClipRect();
}

/// The pages of the pipe's ring, oldest first: how far each is filled, and by whom.
void draw_slots(const Ui& ui, ImDrawList* draw, ImVec2 at, ImVec2 size, const PipePicture& pipe) {
    const float width = size.x, height = size.y;
    const std::size_t count = std::max<std::size_t>(1, pipe.capacity_slots);
    const float pitch = width / static_cast<float>(count);
    const float gap = pitch > ui.px(6) ? ui.px(2) : pitch > ui.px(3) ? 1.0f : 0.0f;
    for (std::size_t i = 0; i < count; ++i) {
        const float x = std::round(at.x + pitch * static_cast<float>(i));
        const float inner = std::max(1.0f, std::round(at.x + pitch * static_cast<float>(i + 1)) - x - gap);
        draw->AddRectFilled({x, at.y}, {x + inner, at.y + height},
                            ui.theme.is_dark ? ui.theme.raised : ui.theme.line);
        if (i >= pipe.slots.size()) continue;
        const auto place = [&](std::uint32_t bytes) {
            return inner * static_cast<float>(bytes) / static_cast<float>(pipe.slots[i].whole_bytes);
        };
        std::uint32_t begin = pipe.slots[i].consumed;
        for (const ByteRun& run : pipe.slots[i].runs) {
            // A single byte must be seen too.
            const float from = x + place(begin), to = std::max(x + place(begin + run.bytes), from + 1.0f);
            draw->AddRectFilled({from, at.y}, {std::min(to, x + inner), at.y + height},
                                ui.process_colour(run.writer));
            begin += run.bytes;
        }
        // A page that has room says what it begins with.
        const float text = font_size(ui.fonts.mono_small);
        if (height < text + ui.px(2)) continue;
        std::string shown;
        for (const char byte : pipe.slots[i].front) {
            const std::string next = shown + byte_text(static_cast<std::uint8_t>(byte));
            if (text_width(ui.fonts.mono_small, next) > std::floor(pitch) - gap - ui.px(4)) break;
            shown = next;
        }
        const float shown_x = x + place(pipe.slots[i].consumed) + ui.px(2);
        // Only on the page's own colour: what is hardly filled has no room for text.
        if (shown_x + text_width(ui.fonts.mono_small, shown) <= x + place(begin))
            draw_text(draw, ui.fonts.mono_small, {shown_x, at.y + (height - text) / 2 - ui.px(1)},
                      ui.theme.on_process, shown);
    }
    if (ImGui::IsMouseHoveringRect(at, {at.x + width, at.y + height}) && begin_tooltip(ui)) {
        ImGui::Text("%zu of %u pages of %s bytes in use", pipe.slots.size(), pipe.capacity_slots,
                    with_commas(pipe.slot_bytes).c_str());
        ImGui::TextDisabled("%s bytes have been written, %s read", with_commas(pipe.write_position).c_str(),
                            with_commas(pipe.read_position).c_str());
        end_tooltip();
    }
}

/// Width of the columns beside the bytes, which say who holds the ends.
float pipe_side(const Ui& ui, float width) {
    return std::min(ui.px(88), width * 0.24f);
}

/// In two lines: how much is in it, and its bytes.
void draw_compact_pipe(const Ui& ui, ImDrawList* draw, const PipePicture& pipe, const PipeBox& box,
                       const PipeMotion* motion) {
    const Theme& t = ui.theme;
    const float inner = ui.px(10), x = box.at.x + inner, y = box.at.y + ui.px(7);
    const float label = std::min(ui.px(96), box.size.x * 0.3f);
    draw_text(draw, ui.fonts.bold, {x, y}, t.text, pipe.title, label);
    draw_text(draw, ui.fonts.small, {x, y + ui.px(20)}, pipe.is_full ? t.warn : t.muted,
              fmt::format("{}{}", pipe.is_full ? "full: " : "", with_commas(pipe.size_bytes)), label);
    const float left = x + label + ui.px(4), width = box.at.x + box.size.x - inner - left;
    if (width < ui.px(30)) return;
    draw_front(ui, draw, {left, y}, {width, ui.px(kByteHeight)}, pipe, motion);
    draw_slots(ui, draw, {left, y + ui.px(30)}, {width, ui.px(8)}, pipe);
}

void draw_end(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const std::vector<EndHolder>& holders,
              const PipePicture& pipe, bool is_read_end) {
    const Theme& t = ui.theme;
    const Align align = is_read_end ? Align::left : Align::right;
    const float anchor = is_read_end ? at.x : at.x + width;
    draw_text(draw, ui.fonts.small, {anchor, at.y}, t.muted, is_read_end ? "read end" : "write end", width,
              align);
    float y = at.y + stage_line_height(ui) + ui.px(2);
    if (holders.empty()) {
        draw_text(draw, ui.fonts.small, {anchor, y}, t.bad, "closed", width, align);
        const char* what = is_read_end ? "SIGPIPE" : pipe.is_empty ? "end of file" : "then EOF";
        draw_text(draw, ui.fonts.small, {anchor, y + stage_line_height(ui)}, t.muted, what, width, align);
        return;
    }
    const std::size_t most = 3;
    for (std::size_t i = 0; i < std::min(holders.size(), most); ++i) {
        if (i + 1 == most && holders.size() > most) {
            draw_text(draw, ui.fonts.small, {anchor, y}, t.muted,
                      fmt::format("and {} more", holders.size() - i), width, align);
            break;
        }
        const EndHolder& holder = holders[i];
        const float chip = process_chip_width(ui, holder.process);
        const std::string text = fmt::format("fd {}{}", holder.fd, holder.is_waiting ? " waits" : "");
        const float text_x = is_read_end ? at.x + chip + ui.px(5) : anchor - chip - ui.px(5);
        draw_process_chip(draw, ui, {is_read_end ? at.x : anchor - chip, y}, holder.process);
        draw_text(draw, ui.fonts.small, {text_x, y + ui.px(1)}, holder.is_waiting ? t.warn : t.text, text,
                  width - chip - ui.px(5), align);
        y += std::round(font_size(ui.fonts.mono_small) + ui.px(6));
    }
}

}  // namespace

float stage_pipe_height(const Ui& ui, bool is_compact) {
    return ui.px(is_compact ? 54 : 88);
}

float stage_front_middle(const Ui& ui, bool is_compact) {
    return ui.px(is_compact ? 19 : 41);
}

float stage_pipe_extra(const Ui& ui, float room, int lines) {
    if (room < ui.px(kHigherPages)) return 0;
    const float fitting = std::floor((room - ui.px(kHigherPages)) / ui.px(kLinePitch));
    return ui.px(kHigherPages) + std::min(fitting, static_cast<float>(lines - 1)) * ui.px(kLinePitch);
}

int stage_pipe_lines(const Ui& ui, const PipePicture& pipe, float width) {
    float bytes = 0;
    for (const char byte : pipe.front) bytes += byte_width(ui, static_cast<std::uint8_t>(byte));
    const float line = width - 2 * pipe_side(ui, width) - 4 * ui.px(10);
    return std::clamp(static_cast<int>(std::ceil(bytes / std::max(line, 1.0f))), 1, 8);
}

void draw_pipe(const Ui& ui, ImDrawList* draw, const PipePicture& pipe, const PipeBox& box, bool is_compact,
               const PipeMotion* motion) {
    const Theme& t = ui.theme;
    const ImVec2 end{box.at.x + box.size.x, box.at.y + box.size.y};
    draw->AddRectFilled(box.at, end, t.panel, ui.px(6));
    draw->AddRect(box.at, end, pipe.is_full ? t.warn : t.line_strong, ui.px(6));
    if (is_compact) return draw_compact_pipe(ui, draw, pipe, box, motion);
    const float side = pipe_side(ui, box.size.x), inner = ui.px(10);
    const float left = box.at.x + inner, right = end.x - inner, top = box.at.y + ui.px(7);
    draw_end(ui, draw, {left, top}, side, pipe.readers, pipe, true);
    draw_end(ui, draw, {right - side, top}, side, pipe.writers, pipe, false);

    const float x = left + side + inner, width = right - side - inner - x;
    if (width < ui.px(30)) return;
    const float title = draw_text(draw, ui.fonts.bold, {x, top - ui.px(2)}, t.text, pipe.title, width);
    const std::string size =
        fmt::format("{} of {} bytes", with_commas(pipe.size_bytes), with_commas(pipe.capacity_bytes));
    const float pill = pipe.is_full ? pill_width(ui, "full") : 0;
    draw_text(draw, ui.fonts.small, {x + width - pill - (pill > 0 ? ui.px(6) : 0), top}, t.muted, size,
              std::max(ui.px(20), width - title - pill - ui.px(16)), Align::right);
    if (pipe.is_full) draw_pill(draw, ui, {x + width - pill, top - ui.px(1)}, "full", t.warn_soft, t.warn);
    // What the box is higher than at least: first for the pages, the rest for lines of bytes.
    const float extra = std::max(0.0f, box.size.y - stage_pipe_height(ui, false));
    const float pages = ui.px(11) + std::min(extra, ui.px(kHigherPages));
    const float lines = std::round((extra - (pages - ui.px(11))) / ui.px(kLinePitch));
    const float front = ui.px(kByteHeight) + std::max(0.0f, lines) * ui.px(kLinePitch);
    draw_front(ui, draw, {x, top + ui.px(22)}, {width, front}, pipe, motion);
    draw_slots(ui, draw, {x, top + ui.px(30) + front}, {width, pages}, pipe);
    // Which way the bytes go.
    const float arrow_y = box.at.y + stage_front_middle(ui, false);
    for (const float ax : {x - ui.px(6), x + width + ui.px(6)})
        draw->AddTriangleFilled({ax - ui.px(3.5f), arrow_y}, {ax + ui.px(2.5f), arrow_y - ui.px(4)},
                                {ax + ui.px(2.5f), arrow_y + ui.px(4)}, t.faint);
}

}  // namespace ipclab::visualizer
