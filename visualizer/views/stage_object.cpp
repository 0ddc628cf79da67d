// A shared object that is not a pipe: a title, what is in it, and who waits for it.
#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"
#include "visualizer/views/stage_parts.h"

namespace ipclab::visualizer {

namespace {

constexpr std::size_t kMostRows = 8, kMostWaiters = 4;

std::size_t shown_rows(const ObjectPicture& object, bool is_compact) {
    return is_compact ? 0 : std::min(object.rows.size(), kMostRows);
}

bool has_hidden_rows(const ObjectPicture& object, bool is_compact) {
    return !is_compact && object.rows.size() + object.more_rows > shown_rows(object, is_compact);
}

}  // namespace

float stage_object_height(const Ui& ui, const ObjectPicture& object, bool is_compact) {
    const std::size_t rows = shown_rows(object, is_compact) + (has_hidden_rows(object, is_compact) ? 1 : 0) +
                             std::min(object.waiters.size(), kMostWaiters);
    return ui.px(30) + stage_line_height(ui) + ui.px(8) + (rows > 0 ? ui.px(4) : 0) +
           stage_row_height(ui) * static_cast<float>(rows);
}

void draw_object(const Ui& ui, ImDrawList* draw, const ObjectPicture& object, ImVec2 at, ImVec2 size,
                 bool is_compact) {
    const Theme& t = ui.theme;
    const ImVec2 end{at.x + size.x, at.y + size.y};
    const bool is_waited_on =
        !object.waiters.empty() || std::ranges::any_of(object.rows, &ObjectRow::is_waited_for);
    draw->AddRectFilled(at, end, t.panel, ui.px(6));
    draw->AddRect(at, end, is_waited_on ? t.warn : t.line_strong, ui.px(6), 0,
                  ui.px(is_waited_on ? 1.5f : 1));
    const float inner = ui.px(10), width = size.x - 2 * inner, x = at.x + inner;
    float y = at.y + ui.px(7);
    draw_text(draw, ui.fonts.bold, {x, y}, t.text, object.title, width);
    y = at.y + ui.px(30);
    draw_text(draw, ui.fonts.small, {x, y}, t.muted, object.summary, width);
    y += stage_line_height(ui) + ui.px(4);
    float label = 0;
    const std::size_t rows = shown_rows(object, is_compact);
    for (std::size_t i = 0; i < rows; ++i)
        label = std::max(label, text_width(ui.fonts.mono_small, object.rows[i].label));
    label = std::min(label, width * 0.5f) + ui.px(10);
    const float height = stage_row_height(ui);
    const float text_y = (height - font_size(ui.fonts.mono_small)) / 2;
    for (std::size_t i = 0; i < rows; ++i, y += height) {
        const ObjectRow& row = object.rows[i];
        const ImU32 colour = row.thread  ? ui.task_colour(row.thread)
                             : row.owner ? ui.process_colour(row.owner)
                                         : t.line_strong;
        if (row.is_waited_for)
            draw->AddRectFilled({x - ui.px(4), y}, {at.x + size.x - ui.px(6), y + height - ui.px(1)},
                                t.warn_soft, ui.px(3));
        draw->AddRectFilled({x - ui.px(5), y + ui.px(3)}, {x - ui.px(2), y + height - ui.px(3)}, colour,
                            ui.px(1));
        draw_text(draw, ui.fonts.mono_small, {x + ui.px(2), y + text_y}, t.muted, row.label, label);
        draw_text(draw, ui.fonts.mono_small, {x + ui.px(2) + label, y + text_y},
                  row.is_waited_for ? t.warn : t.text, row.text, width - label - ui.px(2));
    }
    if (has_hidden_rows(object, is_compact)) {
        const std::size_t hidden = object.rows.size() + object.more_rows - rows;
        draw_text(draw, ui.fonts.small, {x + ui.px(2), y + text_y}, t.muted,
                  fmt::format("and {} more", with_commas(hidden)), width);
        y += height;
    }
    const std::size_t waiters = std::min(object.waiters.size(), kMostWaiters);
    for (std::size_t i = 0; i < waiters; ++i, y += height) {
        const bool is_last = i + 1 == waiters && object.waiters.size() > waiters;
        const std::string text =
            is_last ? fmt::format("and {} more wait", object.waiters.size() - i) : object.waiters[i].text;
        draw->AddRectFilled({x - ui.px(4), y}, {at.x + size.x - ui.px(6), y + height - ui.px(1)}, t.warn_soft,
                            ui.px(3));
        draw_text(draw, ui.fonts.small, {x + ui.px(2), y + (height - font_size(ui.fonts.small)) / 2}, t.warn,
                  text, width - ui.px(2));
    }
}

}  // namespace ipclab::visualizer
