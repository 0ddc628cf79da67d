// Schedules: who goes next, decided by hand, and what all schedules lead to.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

/// Wrapped text at the cursor, which it moves below.
void paragraph(const Ui& ui, ImFont* font, ImU32 colour, std::string_view text, int most_lines,
               float indent = 0) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6);
    const float height = draw_wrapped(ImGui::GetWindowDrawList(), font, {at.x + indent, at.y}, colour, text,
                                      width - indent, most_lines);
    ImGui::Dummy({width, height + ui.px(2)});
}

void gap(const Ui& ui, float units) {
    ImGui::Dummy({1, ui.px(units)});
}

void draw_candidate(const Ui& ui, std::size_t index, const explore::Candidate& each) {
    const Theme& t = ui.theme;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::max(ImGui::GetContentRegionAvail().x - ui.px(6), ui.px(40)), left = ui.px(28);
    const std::string what =
        ui.player.pipes().familiar(printable(each.what)) + (each.would_sleep ? ", and sleeps" : "");
    const float line = std::round(font_size(ui.fonts.text) * 1.35f);
    const float text_height =
        draw_wrapped(nullptr, ui.fonts.mono_small, {}, 0, what, width - left - ui.px(8), 2);
    const float height = line + text_height + ui.px(10);
    ImGui::PushID(static_cast<int>(index));
    if (ImGui::InvisibleButton("candidate", {width, height})) ui.send(command::Pick{index});
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + width, at.y + height};
    draw->AddRectFilled(at, end, hovered ? mixed(t.raised, t.accent, 0.18f) : t.raised, ui.px(4));
    draw->AddRect(at, end, hovered ? t.accent : t.line, ui.px(4));
    draw_text(draw, ui.fonts.mono_small, {at.x + ui.px(10), at.y + ui.px(6)}, t.accent,
              fmt::format("{}", index + 1));
    float x = at.x + left;
    const kernel::Task* task = each.actor ? ui.player.machine().kernel.tasks.find(each.actor) : nullptr;
    if (task) {
        x += draw_task_chip(draw, ui, {x, at.y + ui.px(5)}, each.actor, task->process) + ui.px(6);
        if (hovered) ui.hover(task->process);
    }
    const float where = text_width(ui.fonts.small, each.where);
    draw_text(draw, ui.fonts.text, {x, at.y + ui.px(4)}, t.text, each.who, end.x - x - where - ui.px(14));
    draw_text(draw, ui.fonts.small, {end.x - ui.px(8), at.y + ui.px(5)}, t.muted, each.where, 0,
              Align::right);
    draw_wrapped(draw, ui.fonts.mono_small, {at.x + left, at.y + line + ui.px(4)},
                 each.would_sleep ? t.warn : t.muted, what, width - left - ui.px(8), 2);
    gap(ui, 1);
}

bool small_button(const Ui& ui, const char* id, std::string_view text, std::string_view key, bool primary,
                  bool enabled = true) {
    const Theme& t = ui.theme;
    const float key_width = text_width(ui.fonts.mono_small, key);
    const ImVec2 size{text_width(ui.fonts.text, text) + key_width + ui.px(26), ui.px(26)};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id, size) && enabled;
    ImU32 fill = primary && enabled ? t.accent : t.raised;
    if (enabled && ImGui::IsItemHovered()) fill = mixed(fill, primary ? t.text : t.accent, 0.18f);
    const ImU32 colour = !enabled ? t.faint : primary ? t.on_accent : t.text;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, fill, ui.px(4));
    draw_text(draw, ui.fonts.text, {at.x + ui.px(8), at.y + ui.px(4)}, colour, text);
    draw_text(draw, ui.fonts.mono_small, {at.x + size.x - ui.px(8), at.y + ui.px(6)}, faded(colour, 0.75f),
              key, 0, Align::right);
    return clicked;
}

void draw_by_hand(const Ui& ui) {
    const Player& player = ui.player;
    const Theme& t = ui.theme;
    paragraph(ui, ui.fonts.bold, t.text, "You are the scheduler", 1);
    if (!player.can_be_scheduler())
        return paragraph(ui, ui.fonts.text, t.muted, "Only where there is one CPU.", 2);
    if (!player.is_scheduler()) {
        paragraph(ui, ui.fonts.text, t.muted, "Decide who goes next, from here on.", 2);
        if (small_button(ui, "take over", "Take over", "S", false)) ui.send(command::BeScheduler{true});
        return;
    }
    draw_candidates(ui);
    if (small_button(ui, "undo", "Undo", "U", false, player.can_undo_pick())) ui.send(command::UndoPick{});
    ImGui::SameLine(0, ui.px(6));
    if (small_button(ui, "hand back", "Hand back", "S", false)) ui.send(command::BeScheduler{false});
}

// ---- The wait-for graph

void arrow(ImDrawList* draw, ImVec2 from, ImVec2 to, ImU32 colour, float thickness, float head) {
    const float dx = to.x - from.x, dy = to.y - from.y, length = std::sqrt(dx * dx + dy * dy);
    if (length < 1) return;
    const ImVec2 along{dx / length, dy / length};
    const ImVec2 base{to.x - along.x * head, to.y - along.y * head};
    draw->AddLine(from, base, colour, thickness);
    draw->AddTriangleFilled(to, {base.x - along.y * head * 0.5f, base.y + along.x * head * 0.5f},
                            {base.x + along.y * head * 0.5f, base.y - along.x * head * 0.5f}, colour);
}

/// Tasks on a circle, an arrow from each to whom it waits for, with what it waits for.
void draw_waits(const Ui& ui, const std::vector<engine::Wait>& waits) {
    const Theme& t = ui.theme;
    if (std::ranges::all_of(waits, [](const engine::Wait& each) { return each.whom.empty(); })) return;
    std::vector<kernel::Tid> tasks;
    const auto index_of = [&](kernel::Tid task) {
        const auto at = std::ranges::find(tasks, task);
        if (at != tasks.end()) return static_cast<std::size_t>(at - tasks.begin());
        tasks.push_back(task);
        return tasks.size() - 1;
    };
    for (const engine::Wait& each : waits) index_of(each.task);
    for (const engine::Wait& each : waits)
        for (const kernel::Tid whom : each.whom) index_of(whom);
    constexpr std::size_t kMost = 12;
    if (tasks.empty() || tasks.size() > kMost) return;
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6), node = ui.px(13);
    const bool is_flat = tasks.size() <= 2;
    const float height = is_flat ? ui.px(96) : std::min(width * 0.72f, ui.px(230));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 centre{at.x + width / 2, at.y + height / 2};
    std::vector<ImVec2> places;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const float angle = 6.2831853f * static_cast<float>(i) / static_cast<float>(tasks.size()) -
                            (is_flat ? 3.1415927f : 1.5707963f);
        places.push_back({centre.x + std::cos(angle) * (width / 2 - ui.px(34)),
                          centre.y + std::sin(angle) * (height / 2 - ui.px(30))});
    }
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const auto half_of = [&](const std::string& text) {
        return std::min(text_width(ui.fonts.small, text), width * 0.5f) / 2;
    };
    const auto waits_for = [&](kernel::Tid one, kernel::Tid other) {
        return std::ranges::any_of(waits, [&](const engine::Wait& each) {
            return each.task == one && std::ranges::find(each.whom, other) != each.whom.end();
        });
    };
    /// Around `x`, but inside the panel.
    const auto draw_label = [&](float x, float top, ImU32 colour, const std::string& text) {
        const float half = half_of(text);
        const ImVec2 place{std::clamp(x, at.x + half, at.x + width - half), top};
        draw->AddRectFilled({place.x - half - ui.px(2), top - ui.px(1)},
                            {place.x + half + ui.px(2), top + font_size(ui.fonts.small) + ui.px(2)}, t.panel);
        draw_text(draw, ui.fonts.small, place, colour, text, half * 2 + 1, Align::centre);
    };
    // Above all arrows.
    struct Label {
        ImVec2 place;
        ImU32 colour;
        std::string text;
    };
    std::vector<Label> labels;
    for (const engine::Wait& each : waits) {
        const ImVec2 from = places[index_of(each.task)];
        std::string object = ui.player.pipes().familiar(printable(each.object));
        if (constexpr std::string_view kGlobal = " (global)"; object.ends_with(kGlobal))
            object.resize(object.size() - kGlobal.size());
        if (each.whom.empty()) {
            labels.push_back({{from.x, from.y + node + ui.px(2)}, t.muted, object + ": nobody"});
            continue;
        }
        for (const kernel::Tid whom : each.whom) {
            ImVec2 to = places[index_of(whom)];
            if (whom == each.task) {
                draw->AddCircle({from.x, from.y - node - ui.px(8)}, ui.px(9), t.bad, 20, ui.px(1.6f));
                labels.push_back({{from.x, from.y - node - ui.px(34)}, t.text, object});
                continue;
            }
            const float dx = to.x - from.x, dy = to.y - from.y,
                        length = std::max(1.0f, std::sqrt(dx * dx + dy * dy));
            // Where there are arrows both ways they lie beside each other.
            const bool is_mutual = waits_for(whom, each.task);
            const float beside = is_mutual ? ui.px(9) : 0;
            ImVec2 side{-dy / length, dx / length};
            const ImVec2 along{dx / length * (node + ui.px(2)), dy / length * (node + ui.px(2))};
            const ImVec2 begin{from.x + along.x + side.x * beside, from.y + along.y + side.y * beside};
            const ImVec2 end{to.x - along.x + side.x * beside, to.y - along.y + side.y * beside};
            arrow(draw, begin, end, t.bad, std::max(1.0f, ui.px(1.6f)), ui.px(8));
            // The label lies beside its arrow: of a single one outside of the circle.
            const ImVec2 middle{(begin.x + end.x) / 2, (begin.y + end.y) / 2};
            if (!is_mutual && side.x * (middle.x - centre.x) + side.y * (middle.y - centre.y) < 0)
                side = {-side.x, -side.y};
            const float half_line = font_size(ui.fonts.small) / 2;
            const float away = half_of(object) * std::abs(side.x) + half_line * std::abs(side.y) + ui.px(4);
            labels.push_back(
                {{middle.x + side.x * away, middle.y + side.y * away - half_line}, t.text, object});
        }
    }
    for (const Label& each : labels) draw_label(each.place.x, each.place.y, each.colour, each.text);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        draw->AddCircleFilled(places[i], node, ui.task_colour(tasks[i]), 28);
        draw_text(draw, ui.fonts.mono_small, {places[i].x, places[i].y - font_size(ui.fonts.mono_small) / 2},
                  t.on_process, fmt::format("{}", tasks[i].value), 0, Align::centre);
    }
    ImGui::Dummy({width, height});
}

// ---- The state graph

ImU32 rest_colour(const Theme& t, engine::Rest rest) {
    switch (rest) {
        case engine::Rest::finished:
            return t.good;
        case engine::Rest::stuck:
            return t.bad;
        case engine::Rest::stopped:
        case engine::Rest::wants_input:
            return t.warn;
        case engine::Rest::moving:
            break;
    }
    return t.faint;
}

/// With the way that the entry's schedule takes; null: none is shown.
void draw_graph(const Ui& ui, const Exploration::Entry* entry) {
    const bool is_full = entry && entry->is_in_full_graph;
    const StateGraph& graph = is_full ? ui.exploration.full_graph() : ui.exploration.graph();
    const Theme& t = ui.theme;
    if (graph.nodes.empty()) {
        paragraph(ui, ui.fonts.small, t.muted,
                  fmt::format("More than {} states: too many for a picture.", Exploration::kMostPictured), 2);
        return;
    }
    if (is_full)
        paragraph(ui, ui.fonts.small, t.muted,
                  fmt::format("With each lock and access to memory: {} states.", graph.nodes.size()), 2);
    const std::vector<std::uint32_t>* route = entry ? &entry->route : nullptr;
    const float width = ImGui::GetContentRegionAvail().x - ui.px(6), margin = ui.px(8);
    const float wanted = static_cast<float>(graph.layers) * ui.px(graph.layers > 40 ? 7 : 13) + 2 * margin;
    const float height = std::clamp(wanted, ui.px(60), ui.px(420));
    const float pitch =
        std::min((width - 2 * margin) / static_cast<float>(std::max<std::size_t>(graph.widest, 1)),
                 (height - 2 * margin) / static_cast<float>(std::max<std::size_t>(graph.layers, 1)));
    const float radius = std::clamp(pitch * 0.32f, ui.px(1.2f), ui.px(5));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const auto place = [&](std::uint32_t node) {
        return ImVec2{at.x + margin + graph.nodes[node].x * (width - 2 * margin),
                      at.y + margin + graph.nodes[node].y * (height - 2 * margin)};
    };
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + width, at.y + height}, t.raised, ui.px(4));
    const ImU32 line = faded(t.muted, graph.edges.size() > 300 ? 0.35f : 0.55f);
    for (const auto& edge : graph.edges)
        draw->AddLine(place(edge.from), place(edge.to), line, std::max(1.0f, ui.px(0.8f)));
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].rest == engine::Rest::moving) draw->AddCircleFilled(place(i), radius, t.muted, 12);
    if (route)
        for (std::size_t i = 0; i < route->size(); ++i) {
            const ImU32 colour = i > entry->loop_begin ? t.bad : t.accent;
            if (i > 0) draw->AddLine(place((*route)[i - 1]), place((*route)[i]), colour, ui.px(2));
            draw->AddCircleFilled(place((*route)[i]), radius, colour, 12);
        }
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].rest != engine::Rest::moving)
            draw->AddCircleFilled(place(i), radius + ui.px(1.5f), rest_colour(t, graph.nodes[i].rest), 16);
    draw->AddCircle(place(0), radius + ui.px(2), t.accent, 20, ui.px(1.5f));
    ImGui::Dummy({width, height});
    // What the colours mean, those that are there.
    const ImVec2 legend = ImGui::GetCursorScreenPos();
    float x = legend.x;
    const auto legend_entry = [&](ImU32 colour, const char* text) {
        draw->AddCircleFilled({x + ui.px(5), legend.y + font_size(ui.fonts.small) * 0.55f}, ui.px(4), colour,
                              16);
        x +=
            ui.px(13) + draw_text(draw, ui.fonts.small, {x + ui.px(13), legend.y}, t.muted, text) + ui.px(10);
    };
    const auto has = [&](engine::Rest rest) {
        return std::ranges::find(graph.nodes, rest, &StateGraph::Node::rest) != graph.nodes.end();
    };
    if (has(engine::Rest::finished)) legend_entry(t.good, "the end");
    if (has(engine::Rest::stuck)) legend_entry(t.bad, "deadlock");
    if (has(engine::Rest::stopped)) legend_entry(t.warn, "stopped");
    if (route && !route->empty()) legend_entry(t.accent, "this schedule");
    if (route && entry->loop_begin + 1 <= route->size() && entry->loop_begin != SIZE_MAX)
        legend_entry(t.bad, "round and round");
    ImGui::Dummy({width, font_size(ui.fonts.small) + ui.px(6)});
}

// ---- Every schedule

void draw_entry(const Ui& ui, std::size_t index, const Exploration::Entry& entry, std::size_t number) {
    const Theme& t = ui.theme;
    const bool is_selected = ui.state.shown_entry == index;
    constexpr int kMostLines = 12;                     // of a sentence
    const float between = is_selected ? ui.px(4) : 0;  // sentences
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::max(ImGui::GetContentRegionAvail().x - ui.px(6), ui.px(40)), pad = ui.px(8);
    const float line = std::round(font_size(ui.fonts.text) * 1.35f);
    const float inner = width - 2 * pad;
    // Of the others as much as tells them apart.
    const std::size_t shown = std::min<std::size_t>(entry.sentences.size(), is_selected ? 10 : 2),
                      more = entry.sentences.size() - shown;
    float text = more > 0 ? font_size(ui.fonts.small) : 0;
    for (std::size_t i = 0; i < shown; ++i)
        text +=
            draw_wrapped(nullptr, ui.fonts.small, {}, 0, printable(entry.sentences[i]), inner, kMostLines) +
            between;
    const float height = line + text + ui.px(10);
    ImGui::PushID(static_cast<int>(index));
    if (ImGui::InvisibleButton("entry", {width, height})) ui.send(command::ShowFound{index});
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + width, at.y + height};
    draw->AddRectFilled(at, end,
                        is_selected ? faded(t.accent, 0.14f)
                        : hovered   ? mixed(t.raised, t.accent, 0.14f)
                                    : t.raised,
                        ui.px(4));
    draw->AddRect(at, end, is_selected ? t.accent : t.line, ui.px(4));
    draw_text(draw, ui.fonts.bold, {at.x + pad, at.y + ui.px(4)}, entry.is_finding ? t.bad : t.good,
              fmt::format("{} {}: {}", entry.is_finding ? "Finding" : "Outcome", number, entry.title),
              inner - ui.px(80));
    draw_text(draw, ui.fonts.small, {end.x - pad, at.y + ui.px(5)}, t.muted,
              fmt::format("{} switch{}", entry.switches, entry.switches == 1 ? "" : "es"), 0, Align::right);
    float y = at.y + line + ui.px(3);
    for (std::size_t i = 0; i < shown; ++i)
        y += draw_wrapped(draw, ui.fonts.small, {at.x + pad, y}, t.text, printable(entry.sentences[i]), inner,
                          kMostLines) +
             between;
    if (more > 0) draw_text(draw, ui.fonts.small, {at.x + pad, y}, t.muted, fmt::format("and {} more", more));
    gap(ui, 1);
}

void draw_progress(const Ui& ui) {
    const explore::Progress& progress = ui.exploration.progress();
    paragraph(
        ui, ui.fonts.text, ui.theme.text,
        fmt::format("{}, depth {}, {}, {} …", counted(progress.states, "state"), with_commas(progress.depth),
                    counted(progress.outcomes, "outcome"), counted(progress.findings, "finding")),
        2);
    if (small_button(ui, "stop", "Enough", "X", false)) ui.send(command::Explore{true});
}

/// When another entry is shown, what belongs to it comes into view, down to the state graph, as far as there is room.
void scroll_to_entry(const Ui& ui, float begins_at) {
    int* const last = ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("last entry"), -1);
    const int now = begins_at < 0 ? -1 : static_cast<int>(ui.state.shown_entry);
    if (std::exchange(*last, now) == now || now < 0) return;
    const float missing = ImGui::GetCursorPosY() - ImGui::GetScrollY() - ImGui::GetWindowHeight();
    if (missing > 0) ImGui::SetScrollY(std::min(begins_at, ImGui::GetScrollY() + missing));
    if (begins_at < ImGui::GetScrollY()) ImGui::SetScrollY(begins_at);
}

void draw_explored(const Ui& ui) {
    const Exploration& exploration = ui.exploration;
    const explore::Result& result = exploration.result();
    const Theme& t = ui.theme;
    if (result.is_exhaustive)
        paragraph(ui, ui.fonts.text, t.muted,
                  fmt::format("All schedules: {}, {}.", counted(result.states, "state"),
                              counted(result.moves, "move")),
                  2);
    else
        paragraph(ui, ui.fonts.text, t.warn,
                  fmt::format("Not exhaustive ({}): {}. What follows can happen; there may be more.",
                              result.limit, counted(result.states, "state")),
                  3);
    std::size_t outcomes = 0, findings = 0;
    float shown_at = -1;  // where the entry that is shown begins
    for (std::size_t i = 0; i < exploration.entries().size(); ++i) {
        const Exploration::Entry& entry = exploration.entries()[i];
        if (ui.state.shown_entry == i) shown_at = ImGui::GetCursorPosY();
        draw_entry(ui, i, entry, entry.is_finding ? ++findings : ++outcomes);
        if (ui.state.shown_entry != i) continue;
        if (small_button(ui, "to it", "To where it happens", "Enter", false)) ui.send(command::SeekFound{});
        if (!entry.waits.empty()) draw_waits(ui, entry.waits);
    }
    if (exploration.entries().empty())
        paragraph(ui, ui.fonts.text, t.muted, "No schedule comes to an end.", 2);
    if (findings == 0 && result.is_exhaustive)
        paragraph(ui, ui.fonts.text, t.good,
                  fmt::format("No deadlock, no data race, no crash{}: not under any schedule.",
                              result.not_for_ever.empty() ? ", no livelock, no starvation" : ""),
                  2);
    if (result.is_exhaustive && !result.not_for_ever.empty())
        paragraph(
            ui, ui.fonts.small, t.muted,
            fmt::format(
                "Livelock, starvation, partial deadlock and atomicity violations were not looked for: {}.",
                result.not_for_ever),
            3);
    gap(ui, 4);
    paragraph(ui, ui.fonts.bold, t.text, "The states", 1);
    draw_graph(ui, ui.state.shown_entry < exploration.entries().size()
                       ? &exploration.entries()[ui.state.shown_entry]
                       : nullptr);
    scroll_to_entry(ui, shown_at);
}

}  // namespace

void draw_candidates(const Ui& ui) {
    const auto& candidates = ui.player.candidates();
    for (std::size_t i = 0; i < candidates.size(); ++i) draw_candidate(ui, i, candidates[i]);
    if (!candidates.empty()) return;
    paragraph(ui, ui.fonts.text, ui.theme.muted,
              ui.player.rest() == engine::Rest::finished ? "The run has ended." : "Nobody can go on.", 2);
}

void draw_schedules(const Ui& ui) {
    if (!ui.player.is_open()) return;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("schedules", {0, 0}, false);
    draw_by_hand(ui);
    gap(ui, 8);
    paragraph(ui, ui.fonts.bold, ui.theme.text, "Every schedule", 1);
    switch (ui.exploration.state()) {
        case Exploration::State::idle:
            paragraph(ui, ui.fonts.text, ui.theme.muted,
                      "All outcomes, deadlocks and data races that the program can have, whoever goes next.",
                      3);
            if (small_button(ui, "explore", "Explore", "X", true)) ui.send(command::Explore{});
            break;
        case Exploration::State::running:
            draw_progress(ui);
            break;
        case Exploration::State::done:
            draw_explored(ui);
            break;
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

}  // namespace ipclab::visualizer
