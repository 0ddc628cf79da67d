// The source pane: the program's C files, and where every process stands in them.
#include "visualizer/model/source.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/vm/interpreter.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

struct Metrics {
    float line_height, gutter, chips, number_width, character;
};

Metrics metrics(const Ui& ui, const CodeFile& file) {
    Metrics m{};
    m.character = text_width(ui.fonts.mono, "0");
    m.line_height = std::round(font_size(ui.fonts.mono) * 1.42f);
    m.number_width =
        m.character * static_cast<float>(std::max<std::size_t>(2, std::to_string(file.lines.size()).size()));
    std::int32_t widest = 9;
    for (const Lane& lane : ui.player.lanes().lanes()) widest = std::max(widest, lane.tid.value);
    // Two processes on a line, or one and how many more.
    const float chip = process_chip_width(ui, kernel::Pid{widest});
    m.chips = chip + ui.px(2) + std::max(chip, text_width(ui.fonts.small, "+9")) + ui.px(4);
    m.gutter = ui.px(8) + m.chips + m.number_width + ui.px(12);
    return m;
}

/// The chips of the processes that stand at a line, in the gutter; what does not fit is counted.
void draw_chips(const Ui& ui, ImDrawList* draw, ImVec2 at, float room, std::span<const SourceMark> marks) {
    float x = at.x;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const float width = task_chip_width(ui, marks[i].task);
        const std::string more = fmt::format("+{}", marks.size() - i);
        const bool is_last = i + 1 == marks.size();
        if (x + width + (is_last ? 0 : text_width(ui.fonts.small, more)) > at.x + room) {
            draw_text(draw, ui.fonts.small, {x, at.y}, ui.theme.muted, more);
            return;
        }
        draw_task_chip(draw, ui, {x, at.y}, marks[i].task, marks[i].process);
        x += width + ui.px(2);
    }
}

/// Fills behind the line for each process on it, side by side, with a bar in its colour at the left.
void draw_mark_background(const Ui& ui, ImDrawList* draw, ImVec2 at, ImVec2 size,
                          std::span<const SourceMark> marks) {
    const bool is_current =
        std::ranges::any_of(marks, [&](const SourceMark& m) { return m.task == ui.player.current_task(); });
    const SourceMark* first = &marks.front();
    for (const SourceMark& mark : marks)
        if (mark.task == ui.player.current_task()) first = &mark;
    const ImU32 colour = ui.task_colour(first->task);
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, faded(colour, is_current ? 0.2f : 0.1f));
    const float slice = size.y / static_cast<float>(marks.size());
    for (std::size_t i = 0; i < marks.size(); ++i)
        draw->AddRectFilled({at.x, at.y + slice * static_cast<float>(i)},
                            {at.x + ui.px(4), at.y + slice * static_cast<float>(i + 1)},
                            ui.task_colour(marks[i].task));
}

/// Underlines the expression that the task is at.
void draw_span(const Ui& ui, ImDrawList* draw, ImVec2 text_at, const Metrics& m, const CodeLine& line,
               const SourceMark& mark) {
    if (mark.column == 0 || mark.end_column <= mark.column) return;
    const float from = text_at.x + m.character * static_cast<float>(line.column_of(mark.column));
    const float to = text_at.x + m.character * static_cast<float>(line.column_of(mark.end_column));
    const float y = text_at.y + m.line_height - ui.px(2);
    draw->AddRectFilled({from, y - ui.px(2)}, {to, y}, ui.task_colour(mark.task));
}

/// The value of the variable under the mouse, in each process that knows it.
void value_tooltip(const Ui& ui, std::string_view identifier) {
    if (identifier.empty()) return;
    const engine::Machine& machine = ui.player.machine();
    bool is_open = false;
    for (const auto& [tid, context] : machine.contexts) {
        const kernel::Task* task = machine.kernel.tasks.find(tid);
        const kernel::Process* process = task ? machine.kernel.processes.find(task->process) : nullptr;
        const kernel::AddressSpace* space = process ? machine.kernel.spaces.find(process->space) : nullptr;
        if (!space || context->frames.empty()) continue;
        const vm::Program& program = machine.program_of(tid);
        const int depth = vm::user_frame(program, *context);
        const auto value = vm::variable(program, *context, *space, machine.kernel.memory,
                                        static_cast<std::size_t>(std::max(depth, 0)), identifier);
        if (!value) continue;
        if (!is_open) is_open = begin_tooltip(ui);
        draw_task_chip(ImGui::GetWindowDrawList(), ui, ImGui::GetCursorScreenPos(), tid, task->process);
        ImGui::Dummy({task_chip_width(ui, tid) + ui.px(2), 1});
        ImGui::SameLine();
        WithFont font(ui.fonts.mono_small);
        ImGui::TextDisabled("%s", value->type.c_str());
        ImGui::SameLine();
        ImGui::Text("%s = %s", value->name.c_str(), value->value.c_str());
    }
    if (is_open) end_tooltip();
}

void draw_code_line(const Ui& ui, const CodeFile& file, std::size_t index, const Metrics& m, float width,
                    std::span<const SourceMark> marks) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const CodeLine& line = file.lines[index];
    if (!marks.empty()) draw_mark_background(ui, draw, at, {width, m.line_height}, marks);
    const float text_y = at.y + (m.line_height - font_size(ui.fonts.mono)) / 2;
    draw_text(draw, ui.fonts.mono, {at.x + ui.px(8) + m.chips + m.number_width, text_y},
              marks.empty() ? ui.theme.faint : ui.theme.text, std::to_string(index + 1), 0, Align::right);
    const ImVec2 text_at{at.x + m.gutter, at.y};
    for (const Piece& piece : line.pieces)
        draw_text(draw, ui.fonts.mono,
                  {text_at.x + m.character * static_cast<float>(line.cells_before(piece.begin)), text_y},
                  ui.theme.token(piece.token),
                  std::string_view(line.text).substr(piece.begin, piece.end - piece.begin));
    for (const SourceMark& mark : marks)
        if (mark.task == ui.player.current_task()) draw_span(ui, draw, text_at, m, line, mark);

    if (!marks.empty()) draw_chips(ui, draw, {at.x + ui.px(6), at.y + ui.px(2)}, m.chips, marks);
    ImGui::Dummy(
        {m.gutter + m.character * static_cast<float>(line.cells_before(line.text.size())), m.line_height});
    if (ImGui::IsItemHovered()) {
        const float cell = std::floor((ImGui::GetIO().MousePos.x - text_at.x) / m.character);
        if (cell >= 0)
            value_tooltip(ui, identifier_at(line.text, line.byte_of(static_cast<std::size_t>(cell))));
    }
}

void draw_file(const Ui& ui, const CodeFile& file) {
    const std::vector<SourceMark> marks = source_marks(ui.player.machine(), file);
    const Metrics m = metrics(ui, file);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::BeginChild("code", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
    const float width = ImGui::GetContentRegionAvail().x + ImGui::GetScrollMaxX();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(file.lines.size()), m.line_height);
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto line = static_cast<std::uint32_t>(i) + 1;
            const auto range = std::ranges::equal_range(marks, line, {}, &SourceMark::line);
            draw_code_line(ui, file, static_cast<std::size_t>(i), m, width, {range.begin(), range.end()});
        }
    // Keep the line of the task that moved last in sight, a third down, unless it is in sight already.
    if (ui.state.scrolled_source != ui.player.revision()) {
        ui.state.scrolled_source = ui.player.revision();
        if (ui.player.timeline().at_start()) ImGui::SetScrollY(0);
        const kernel::Tid current = ui.player.current_task();
        // While it runs the library's start or end it stands nowhere here: then somebody else's line.
        const bool is_here = std::ranges::find(marks, current, &SourceMark::task) != marks.end();
        for (const SourceMark& mark : marks) {
            if (is_here ? mark.task != current : &mark != &marks.back()) continue;
            const float y = static_cast<float>(mark.line - 1) * m.line_height,
                        view = ImGui::GetWindowHeight();
            if (y < ImGui::GetScrollY() + m.line_height || y > ImGui::GetScrollY() + view - 3 * m.line_height)
                ImGui::SetScrollY(std::max(0.0f, y - view * 0.33f));
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

}  // namespace

void draw_source(const Ui& ui) {
    const Player& player = ui.player;
    const auto& files = player.files();
    if (files.empty()) {
        panel_title(ui, "Source");
        return empty_state(ui, "No program is open.");
    }
    ViewState& state = ui.state;
    if (state.followed_revision != player.revision()) {
        state.followed_revision = player.revision();
        const int current = file_of_task(player.machine(), files, player.current_task());
        if (current >= 0) state.shown_file = current;
    }
    state.shown_file = std::clamp(state.shown_file, 0, static_cast<int>(files.size()) - 1);
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string name = files[i].name.substr(files[i].name.find_last_of('/') + 1);
        const float next = ImGui::GetItemRectMax().x + ui.px(14) + text_width(ui.fonts.bold, name);
        if (i > 0 && next < right) ImGui::SameLine(0, ui.px(12));
        ImGui::PushID(static_cast<int>(i));
        if (tab_button(ui, name.c_str(), static_cast<int>(i) == state.shown_file))
            state.shown_file = static_cast<int>(i);
        ImGui::PopID();
    }
    draw_file(ui, files[static_cast<std::size_t>(state.shown_file)]);
}

}  // namespace ipclab::visualizer
