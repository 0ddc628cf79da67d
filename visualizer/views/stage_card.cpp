// A process card: who it is, what it does, its descriptors, its variables.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "visualizer/model/text.h"
#include "visualizer/views/stage_parts.h"

namespace ipclab::visualizer {

float stage_row_height(const Ui& ui) {
    return std::round(font_size(ui.fonts.mono_small) * 1.45f);
}

namespace {

/// A wide card has room for where a thread is and why it does not go on beside each other.
bool has_wide_threads(const Ui& ui, float card_width) {
    return card_width >= ui.px(440);
}

float thread_height(const Ui& ui, float card_width) {
    return stage_line_height(ui) * (has_wide_threads(ui, card_width) ? 1.0f : 2.0f) + ui.px(3);
}

}  // namespace

float stage_line_height(const Ui& ui) {
    return std::round(font_size(ui.fonts.small) * 1.28f);
}

float compact_card_height(const Ui& ui) {
    return ui.px(34) + stage_line_height(ui) + pill_height(ui) + ui.px(8);
}

float stage_doing_height(const Ui& ui, std::size_t threads, int lines, Level level, float card_width) {
    if (threads <= 1) return stage_line_height(ui) * static_cast<float>(1 + lines);
    return thread_height(ui, card_width) * static_cast<float>(std::min(threads, level.threads));
}

int why_lines(const Ui& ui, const Card& card, float width) {
    if (card.tasks.size() > 1) return 0;
    const std::string& why = card.tasks.front().why;
    if (why.empty()) return 0;
    return text_width(ui.fonts.small, why) > width ? 2 : 1;
}

namespace {

struct StateStyle {
    ImU32 fill, text, border;
};

StateStyle state_style(const Ui& ui, kernel::TaskState state) {
    const Theme& t = ui.theme;
    switch (state) {
        case kernel::TaskState::running:
            return {t.good_soft, t.good, 0};
        case kernel::TaskState::ready:
            return {0, t.muted, t.line_strong};
        case kernel::TaskState::blocked:
            return {t.warn_soft, t.warn, 0};
        case kernel::TaskState::stopped:
            return {t.bad_soft, t.bad, 0};
        case kernel::TaskState::zombie:
            return {t.raised, t.muted, 0};
    }
    return {0, t.text, 0};
}

void draw_fd_row(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const FdRow& row) {
    const Theme& t = ui.theme;
    const float height = stage_row_height(ui);
    if (row.is_waited_on)
        draw->AddRectFilled({at.x - ui.px(4), at.y}, {at.x + width + ui.px(4), at.y + height}, t.warn_soft,
                            ui.px(3));
    ImFont* mono = ui.fonts.mono_small;
    const float y = at.y + (height - font_size(mono)) / 2;
    const float number = text_width(mono, "0") * 3;
    draw_text(draw, mono, {at.x + number, y}, t.text, row.numbers, 0, Align::right);
    const char* arrow = row.direction == Direction::in ? "←" : row.direction == Direction::out ? "→" : "↔";
    draw_text(draw, mono, {at.x + number + ui.px(14), y}, t.muted, arrow, 0, Align::centre);
    const float object_x = at.x + number + ui.px(26);
    std::string object = row.object;
    if (row.end != PipeEnd::none) object += row.end == PipeEnd::read ? " read end" : " write end";
    const float flag = row.close_on_exec ? text_width(ui.fonts.small, "cloexec") + ui.px(6) : 0;
    draw_text(draw, ui.fonts.small, {object_x, at.y + (height - font_size(ui.fonts.small)) / 2}, t.text,
              object, at.x + width - object_x - flag);
    if (row.close_on_exec)
        draw_text(draw, ui.fonts.small, {at.x + width, at.y + (height - font_size(ui.fonts.small)) / 2},
                  t.faint, "cloexec", 0, Align::right);
}

/// "sem_wait: waits for the semaphore 'fork_[1]'": where the state stands beside it.
std::string_view without_state(std::string_view why) {
    constexpr std::string_view known = "blocked in ";
    return why.starts_with(known) ? why.substr(known.size()) : why;
}

void draw_thread(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, float where_width, const Card& card,
                 const TaskRow& task) {
    const Theme& t = ui.theme;
    const float x = at.x + draw_task_chip(draw, ui, at, task.tid, card.pid) + ui.px(7), end = at.x + width;
    const ImU32 colour = state_style(ui, task.state).text;
    const std::string_view why = without_state(task.why);
    if (where_width > 0) {
        draw_text(draw, ui.fonts.small, {x, at.y}, t.text, task.where, where_width);
        const float why_x = x + where_width + ui.px(12);
        draw_text(draw, ui.fonts.small, {why_x, at.y}, colour, why.empty() ? task.state_text : why,
                  end - why_x);
    } else {
        const float state = text_width(ui.fonts.small, task.state_text);
        draw_text(draw, ui.fonts.small, {x, at.y}, t.text, task.where, end - x - state - ui.px(8));
        draw_text(draw, ui.fonts.small, {end, at.y}, colour, task.state_text, 0, Align::right);
        draw_text(draw, ui.fonts.small, {x, at.y + stage_line_height(ui)}, colour, why, end - x);
    }
}

/// What each thread does; `room` of them have room.
void draw_threads(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const CardBox& box,
                  const Card& card, std::size_t room) {
    const std::size_t shown = card.tasks.size() > room ? room - 1 : card.tasks.size();
    float where = 0;  // narrow: below each other
    if (has_wide_threads(ui, box.size.x))
        for (const TaskRow& task : card.tasks)
            where = std::min(std::max(where, text_width(ui.fonts.small, task.where)), width * 0.45f);
    const float height = thread_height(ui, box.size.x);
    for (std::size_t i = 0; i < shown; ++i, at.y += height)
        draw_thread(ui, draw, at, width, where, card, card.tasks[i]);
    if (shown < card.tasks.size())
        draw_text(draw, ui.fonts.small, at, ui.theme.muted,
                  fmt::format("and {} more threads", card.tasks.size() - shown), width);
}

void draw_local_row(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const LocalRow& row) {
    ImFont* mono = ui.fonts.mono_small;
    const float height = stage_row_height(ui), y = at.y + (height - font_size(mono)) / 2;
    const float name = draw_text(draw, mono, {at.x, y}, ui.theme.muted, row.name, width * 0.45f);
    const float value_x = at.x + std::max(name + ui.px(8), std::min(width * 0.3f, ui.px(72)));
    draw_text(draw, mono, {value_x, y}, ui.theme.text, row.value, at.x + width - value_x);
    if (ImGui::IsMouseHoveringRect(at, {at.x + width, at.y + height}) && begin_tooltip(ui)) {
        WithFont font(mono);
        ImGui::TextDisabled("%s%s", row.type.c_str(), row.is_parameter ? "  (parameter)" : "");
        ImGui::PushTextWrapPos(ui.px(520));
        ImGui::TextUnformatted(fmt::format("{} = {}", row.name, row.value).c_str());
        ImGui::PopTextWrapPos();
        end_tooltip();
    }
}

/// "6 threads, 4 of them blocked"
std::string threads_text(const Card& card) {
    const auto blocked = std::ranges::count(card.tasks, kernel::TaskState::blocked, &TaskRow::state);
    return fmt::format("{} threads{}", card.tasks.size(),
                       blocked > 0 ? fmt::format(", {} of them blocked", blocked) : "");
}

/// Two lines: what the process does, and the ends of pipes that it holds.
void draw_compact(const Ui& ui, ImDrawList* draw, const Card& card, CardBox& box, float y) {
    const Theme& t = ui.theme;
    const TaskRow& task = card.tasks.front();
    const float inner = ui.px(8), width = box.size.x - 2 * inner;
    const bool waits = task.state == kernel::TaskState::blocked;
    // There is no room for a state beside the name.
    std::string text = task.why.empty() ? fmt::format("{}: {}", task.state_text, task.where)
                                        : std::string(without_state(task.why));
    if (card.tasks.size() > 1) text = threads_text(card);
    draw_text(draw, ui.fonts.small, {box.at.x + inner, y}, waits ? t.warn : t.muted, text, width);
    y += stage_line_height(ui) + ui.px(2);
    box.fd_y.assign(card.fds.size(), y + pill_height(ui) / 2);
    float x = box.at.x + inner;
    for (const FdRow& row : card.fds) {
        if (row.end == PipeEnd::none) continue;
        // "3←1": descriptor 3 reads from pipe 1.
        const std::string number = row.object.substr(row.object.find(' ') + 1);
        const std::string chip_text =
            fmt::format("{}{}{}", row.numbers, row.end == PipeEnd::read ? "←" : "→", number);
        const float chip = text_width(ui.fonts.mono_small, chip_text) + ui.px(6);
        if (x + chip > box.at.x + box.size.x - inner) {
            draw_text(draw, ui.fonts.small, {x, y}, t.muted, "…");
            break;
        }
        draw->AddRectFilled({x, y}, {x + chip, y + pill_height(ui) - ui.px(2)},
                            row.is_waited_on ? t.warn_soft : t.raised, ui.px(3));
        draw_text(draw, ui.fonts.mono_small, {x + ui.px(3), y + ui.px(1)}, row.is_waited_on ? t.warn : t.text,
                  chip_text);
        x += chip + ui.px(4);
    }
}

}  // namespace

float draw_ended(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, const char* title, const char* awake,
                 const std::vector<EndedProcess>& ended, std::size_t most_rows) {
    const Theme& t = ui.theme;
    const float row = std::round(font_size(ui.fonts.small) * 1.5f);
    const float right = at.x + width - ui.px(4), figure = ui.px(74);
    // From the right; the last columns are left out where there is no room for how the process ended.
    const bool has_times = width > ui.px(440), has_calls = width > ui.px(300);
    const float blocked = right, running = right - figure, calls = has_times ? right - 2 * figure : right;
    float y = at.y;
    if (draw) {
        draw_text(draw, ui.fonts.bold, {at.x, y - ui.px(1)}, t.text, title);
        if (has_times) {
            draw_text(draw, ui.fonts.small, {blocked, y}, t.muted, "blocked", 0, Align::right);
            draw_text(draw, ui.fonts.small, {running, y}, t.muted, awake, 0, Align::right);
        }
        if (has_calls) draw_text(draw, ui.fonts.small, {calls, y}, t.muted, "calls", 0, Align::right);
    }
    y += row;
    if (draw) draw->AddLine({at.x, y - ui.px(1)}, {at.x + width, y - ui.px(1)}, t.line);
    y += ui.px(4);
    // The newest ones are the news.
    const std::size_t hidden = ended.size() > most_rows ? ended.size() - most_rows + 1 : 0;
    if (hidden > 0) {
        if (draw) draw_text(draw, ui.fonts.small, {at.x, y}, t.muted, fmt::format("{} earlier ones", hidden));
        y += row;
    }
    for (std::size_t i = hidden; i < ended.size(); ++i) {
        const EndedProcess& e = ended[i];
        if (draw) {
            const std::string pid = fmt::format("{}", e.pid.value);
            const float chip = text_width(ui.fonts.mono_small, pid) + ui.px(8);
            const float chip_height = std::round(font_size(ui.fonts.mono_small) + ui.px(3));
            draw->AddRectFilled({at.x, y}, {at.x + chip, y + chip_height}, t.process(e.order), ui.px(3));
            draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(4), y + ui.px(1)}, t.on_process, pid);
            const float name_x = at.x + std::max(chip, ui.px(20)) + ui.px(7), end_x = name_x + ui.px(92);
            draw_text(draw, ui.fonts.small, {name_x, y}, t.text, printable(e.name),
                      end_x - name_x - ui.px(6));
            const float end_right = has_calls ? calls - ui.px(56) : right;
            draw_text(draw, ui.fonts.small, {end_x, y}, e.is_clean ? t.muted : t.bad, e.end,
                      std::max(ui.px(20), end_right - end_x));
            if (has_calls)
                draw_text(draw, ui.fonts.small, {calls, y}, t.text, with_commas(e.calls), 0, Align::right);
            if (has_times) {
                draw_text(draw, ui.fonts.small, {running, y}, t.text, time_text(e.running_ns), 0,
                          Align::right);
                draw_text(draw, ui.fonts.small, {blocked, y}, e.blocked_ns > 0 ? t.text : t.faint,
                          e.blocked_ns > 0 ? time_text(e.blocked_ns) : "–", 0, Align::right);
            }
        }
        y += row;
    }
    return y - at.y;
}

void draw_picks(const Ui& ui, ImDrawList* draw, kernel::Pid process, const CardBox& box) {
    if (!ui.player.is_scheduler()) return;
    const auto& candidates = ui.player.candidates();
    const ImVec2 end{box.at.x + box.size.x, box.at.y + box.size.y};
    const auto is_clicked = [&](ImVec2 from, ImVec2 to) {
        return ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(from, to) &&
               ImGui::IsMouseClicked(ImGuiMouseButton_Left);
    };
    std::optional<std::size_t> only, clicked;
    std::size_t count = 0;
    float x = end.x - ui.px(4);
    for (std::size_t i = candidates.size(); i-- > 0;) {
        const kernel::Task* task =
            candidates[i].actor ? ui.player.machine().kernel.tasks.find(candidates[i].actor) : nullptr;
        if (!task || task->process != process) continue;
        only = ++count == 1 ? std::optional(i) : std::nullopt;
        const std::string digit = fmt::format("{}", i + 1);
        const float width = text_width(ui.fonts.bold, digit) + ui.px(12), height = ui.px(20);
        x -= width + ui.px(2);
        const ImVec2 from{x, end.y - height - ui.px(4)}, to{x + width, end.y - ui.px(4)};
        draw->AddRectFilled(from, to, ui.theme.accent, ui.px(4));
        draw_text(draw, ui.fonts.bold,
                  {x + width / 2, from.y + (height - font_size(ui.fonts.bold)) / 2 - ui.px(1)},
                  ui.theme.on_accent, digit, 0, Align::centre);
        if (is_clicked(from, to)) clicked = i;
    }
    if (count == 0) return;
    const bool hovered = ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(box.at, end);
    draw->AddRect(box.at, end, ui.theme.accent, ui.px(6), 0, ui.px(hovered ? 2.5f : 1.5f));
    if (!clicked && is_clicked(box.at, end)) clicked = only;
    if (clicked) ui.send(command::Pick{*clicked});
}

void draw_card(const Ui& ui, ImDrawList* draw, const Card& card, CardBox& box, Level level) {
    const Theme& t = ui.theme;
    const ImVec2 at = box.at, end{at.x + box.size.x, at.y + box.size.y};
    const ImU32 colour = ui.process_colour(card.pid);
    const TaskRow& task = card.tasks.front();
    const bool hovered = ui.is_hovered(card.pid);
    const float header = ui.px(30), rounding = ui.px(6), inner = ui.px(10);

    draw->AddRectFilled(at, end, t.panel, rounding);
    draw->AddRectFilled(at, {end.x, at.y + header}, faded(colour, card.is_zombie ? 0.07f : 0.16f), rounding,
                        ImDrawFlags_RoundCornersTop);
    draw->AddRect(at, end,
                  hovered          ? colour
                  : card.is_zombie ? t.line
                                   : faded(colour, 0.55f),
                  rounding, 0, hovered ? ui.px(2) : std::max(1.0f, ui.px(1)));
    if (ImGui::IsMouseHoveringRect(at, end)) ui.hover(card.pid);

    // Header: pid, name, state.
    const float chip = draw_process_chip(draw, ui, {at.x + inner, at.y + ui.px(7)}, card.pid);
    const bool has_pill = !level.is_compact || box.size.x > ui.px(190);
    const bool has_threads = card.tasks.size() > 1;
    const std::string state = has_threads ? fmt::format("{} threads", card.tasks.size()) : task.state_text;
    const float pill = has_pill ? pill_width(ui, state) : 0;
    const StateStyle style = state_style(ui, has_threads ? kernel::TaskState::ready : task.state);
    if (has_pill)
        draw_pill(draw, ui, {end.x - ui.px(8) - pill, at.y + (header - pill_height(ui)) / 2}, state,
                  style.fill, style.text, style.border);
    const float name_x = at.x + inner + chip + ui.px(7);
    draw_text(draw, ui.fonts.bold, {name_x, at.y + (header - font_size(ui.fonts.bold)) / 2 - ui.px(1)},
              card.is_zombie ? t.muted : t.text, card.name, end.x - ui.px(14) - pill - name_x);

    // Where it is, and why it does not go on.
    const float width = box.size.x - 2 * inner;
    float y = at.y + header + ui.px(6);
    if (level.is_compact) return draw_compact(ui, draw, card, box, y - ui.px(2));
    StageState::Rows& rows = ui.state.stage.rows[card.pid];
    const float doing_y = y;
    if (has_threads) {
        draw_threads(ui, draw, {at.x + inner, y}, width, box, card, level.threads);
    } else {
        const std::string parent =
            card.parent == kernel::kInit ? "" : fmt::format("child of {}", card.parent.value);
        const float parent_width = text_width(ui.fonts.small, parent);
        draw_text(draw, ui.fonts.small, {at.x + inner, y}, t.text, task.where,
                  width - parent_width - ui.px(8));
        draw_text(draw, ui.fonts.small, {end.x - inner, y}, t.faint, parent, 0, Align::right);
        rows.why_lines = std::max(rows.why_lines, why_lines(ui, card, width));
        draw_wrapped(draw, ui.fonts.small, {at.x + inner, y + stage_line_height(ui)},
                     task.state == kernel::TaskState::blocked ? t.warn : t.muted, task.why, width,
                     std::max(1, rows.why_lines));
    }
    y = doing_y + stage_doing_height(ui, rows.threads, rows.why_lines, level, box.size.x) + ui.px(2);

    // Descriptors.
    const std::size_t shown = std::min(card.fds.size(), level.fds);
    box.fd_y.assign(card.fds.size(), y);
    if (shown > 0) {
        draw->AddLine({at.x + inner, y}, {end.x - inner, y}, t.line);
        y += ui.px(4);
    }
    for (std::size_t i = 0; i < card.fds.size(); ++i) {
        const bool is_last = i + 1 == shown && shown < card.fds.size();
        if (i < shown && !is_last) draw_fd_row(ui, draw, {at.x + inner, y}, width, card.fds[i]);
        if (is_last)
            draw_text(draw, ui.fonts.small, {at.x + inner, y}, t.muted,
                      fmt::format("and {} more descriptors", card.fds.size() - shown + 1));
        box.fd_y[i] = i < shown ? y + stage_row_height(ui) / 2 : box.fd_y[shown - 1];
        if (i < shown) y += stage_row_height(ui);
    }
    // The table may have had more rows: what follows stays where it was.
    y += stage_row_height(ui) * static_cast<float>(std::min(rows.fds, level.fds) - shown);

    if (level.locals == 0 || card.locals.empty()) return;
    y += ui.px(4);
    draw->AddLine({at.x + inner, y}, {end.x - inner, y}, t.line);
    y += ui.px(4);
    draw_text(draw, ui.fonts.small, {at.x + inner, y}, t.faint,
              fmt::format("variables of {}(){}", card.frame,
                          has_threads ? fmt::format(" in thread {}", card.focus.value) : ""),
              width);
    y += stage_line_height(ui);
    for (std::size_t i = 0; i < std::min(card.locals.size(), level.locals); ++i) {
        if (i + 1 == level.locals && card.locals.size() > level.locals) {
            draw_text(draw, ui.fonts.small, {at.x + inner, y}, t.muted,
                      fmt::format("and {} more", card.locals.size() - level.locals + 1));
        } else {
            draw_local_row(ui, draw, {at.x + inner, y}, width, card.locals[i]);
        }
        y += stage_row_height(ui);
    }
}

}  // namespace ipclab::visualizer
