// The stage: process cards in a grid, pipes and other shared objects below them, and lines from descriptors to pipe ends.
//
// A pipe is drawn as a queue: the reader stands at the left, so the bytes read like text, the next one first; the
// writers add at the right. Lines never cross a card: from its row a line goes into the gutter beside the card (read
// ends to the left, write ends to the right), down to a strip below all cards, along it to the margin, and down to the
// pipe. In the strip and the margin all lines of one pipe end run together.
#include "visualizer/model/stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "visualizer/model/text.h"
#include "visualizer/views/stage_parts.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

constexpr std::size_t kMaxFdRows = 9, kMaxLocals = 8;

constexpr Level kLevels[] = {{kMaxFdRows, kMaxLocals, 12, 10},
                             {kMaxFdRows, 4, 12, 10},
                             {kMaxFdRows, 4, 3, 10},
                             {kMaxFdRows, 4, 3, 6},
                             {kMaxFdRows, 0, 3, 6},
                             {kMaxFdRows, 0, 0, 4},
                             {0, 0, 0, 0, true}};

struct Layout {
    Level level{};
    int columns = 1;
    float margin = 0, gutter = 0, card_width = 0;
    std::vector<CardBox> cards;
    std::vector<PipeBox> pipes;
    std::vector<PipeBox> objects;
    float strip_top = 0;
    float ended_top = 0;
    float height = 0;
};

/// Room for the lines beside the cards.
float gutter_width(const Ui& ui, const Stage& stage, Level level) {
    return ui.px(stage.pipes.empty() ? 10 : level.is_compact ? 28 : 36);
}

/// Height of a card's parts, from the most rows that it has had.
float card_height(const Ui& ui, const StageState::Rows& rows, int lines, Level level, float width) {
    if (level.is_compact) return compact_card_height(ui);
    float height = ui.px(34) + stage_doing_height(ui, rows.threads, lines, level, width) + ui.px(8);
    if (rows.fds > 0)
        height += ui.px(6) + stage_row_height(ui) * static_cast<float>(std::min(rows.fds, level.fds));
    if (level.locals > 0 && rows.locals > 0)
        height += ui.px(8) + stage_line_height(ui) +
                  stage_row_height(ui) * static_cast<float>(std::min(rows.locals, level.locals));
    return height;
}

/// What became of the processes that are gone; at the end of the run also of their twins on real Linux, and of the
/// pipes. Returns the height; with draw == null only measures.
float draw_ended_all(const Ui& ui, ImDrawList* draw, ImVec2 at, float width, std::size_t most_rows) {
    const Player& player = ui.player;
    const bool is_over = player.rest() == engine::Rest::finished;
    if (player.ended().empty()) return 0;
    float y = at.y + ui.px(is_over ? 10 : 4);
    y += draw_ended(ui, draw, {at.x, y}, width, is_over ? "simulated" : "ended", "running", player.ended(),
                    most_rows);
    if (!is_over) return y - at.y;
    if (ui.real.state() == RealRun::State::done) {
        y += ui.px(14);
        y += draw_ended(ui, draw, {at.x, y}, width, "real Linux", "awake",
                        ended_processes(ui.real.lanes(), ui.real.lanes().seen_events()), most_rows);
    }
    if (player.pipes().pipes().empty()) return y - at.y;
    y += ui.px(14);
    for (std::size_t i = 0; i < std::min<std::size_t>(player.pipes().pipes().size(), most_rows); ++i) {
        const PipeTotal& pipe = player.pipes().pipes()[i];
        if (draw) {
            draw_text(draw, ui.fonts.bold, {at.x, y - ui.px(1)}, ui.theme.text,
                      fmt::format("pipe {}", i + 1));
            draw_text(draw, ui.fonts.small, {at.x + ui.px(70), y + ui.px(1)}, ui.theme.muted,
                      fmt::format("{} bytes were written, {} read", with_commas(pipe.written_bytes),
                                  with_commas(pipe.read_bytes)),
                      width - ui.px(70));
        }
        y += ui.px(20);
    }
    return y - at.y;
}

/// The other shared objects: as many beside each other as have room, each row as high as its highest.
float place_objects(const Ui& ui, const Stage& stage, ImVec2 origin, ImVec2 room, float y, Layout& l) {
    if (stage.objects.empty()) return y;
    const float gap = ui.px(12), least_width = ui.px(236), most_width = ui.px(420);
    const auto columns = std::clamp(static_cast<std::size_t>((room.x + gap) / (least_width + gap)),
                                    std::size_t{1}, stage.objects.size());
    const auto count = static_cast<float>(columns);
    const float width = std::floor(std::min((room.x - gap * (count - 1)) / count, most_width));
    const float left = origin.x + std::floor((room.x - width * count - gap * (count - 1)) / 2);
    for (std::size_t first = 0; first < stage.objects.size(); first += columns) {
        const std::size_t end = std::min(stage.objects.size(), first + columns);
        float height = 0;
        for (std::size_t i = first; i < end; ++i)
            height = std::max(height, stage_object_height(ui, stage.objects[i], l.level.is_compact));
        for (std::size_t i = first; i < end; ++i)
            l.objects.push_back({{left + static_cast<float>(i - first) * (width + gap), y}, {width, height}});
        y += height + ui.px(l.level.is_compact ? 8 : 12);
    }
    return y;
}

Layout place(const Ui& ui, const Stage& stage, ImVec2 origin, ImVec2 room, Level level, int columns) {
    Layout l;
    l.level = level;
    l.columns = columns;
    const std::size_t buses = std::min<std::size_t>(stage.pipes.size(), 6);
    l.margin = stage.pipes.empty() ? 0 : ui.px(14) + ui.px(5) * static_cast<float>(buses);
    l.gutter = gutter_width(ui, stage, level);
    const float space = room.x - 2 * l.margin, count = static_cast<float>(columns);
    const bool has_threads =
        std::ranges::any_of(stage.cards, [](const Card& c) { return c.tasks.size() > 1; });
    l.card_width =
        std::floor(std::min((space - l.gutter * (count - 1)) / count, ui.px(has_threads ? 560 : 380)));
    const float used = l.card_width * count + l.gutter * (count - 1);
    const float left = origin.x + l.margin + std::floor(std::max(0.0f, (space - used) / 2));

    float y = origin.y;
    l.cards.resize(stage.cards.size());
    const auto per_row = static_cast<std::size_t>(columns);
    for (std::size_t first = 0; first < stage.cards.size(); first += per_row) {
        const std::size_t end = std::min(stage.cards.size(), first + per_row);
        float height = 0;
        for (std::size_t i = first; i < end; ++i) {
            const StageState::Rows& rows = ui.state.stage.rows[stage.cards[i].pid];
            const int lines =
                std::max(rows.why_lines, why_lines(ui, stage.cards[i], l.card_width - ui.px(20)));
            height = std::max(height, card_height(ui, rows, lines, level, l.card_width));
        }
        for (std::size_t i = first; i < end; ++i) {
            l.cards[i].at = {left + static_cast<float>(i - first) * (l.card_width + l.gutter), y};
            l.cards[i].size = {l.card_width, height};
        }
        y += height + ui.px(level.is_compact ? 8 : 12);
    }
    l.strip_top = y;
    if (!stage.pipes.empty()) y += ui.px(6) * static_cast<float>(2 * buses) + ui.px(8);
    for (std::size_t i = 0; i < stage.pipes.size(); ++i) {
        const float height = stage_pipe_height(ui, level.is_compact);
        l.pipes.push_back({{origin.x + l.margin, y}, {space, height}});
        y += height + ui.px(level.is_compact ? 8 : 12);
    }
    if (stage.cards.empty()) y = origin.y;
    y = place_objects(ui, stage, origin, room, y, l);
    l.ended_top = y;
    if (level.ended > 0) y += draw_ended_all(ui, nullptr, {origin.x, y}, room.x, level.ended);
    l.height = y - origin.y;
    // Room that is left over goes to the pipes: more of their bytes can be seen.
    if (l.height < room.y && !l.pipes.empty()) {
        const float share = (room.y - l.height) / static_cast<float>(l.pipes.size());
        float below = 0;
        for (std::size_t i = 0; i < l.pipes.size(); ++i) {
            l.pipes[i].at.y += below;
            if (level.is_compact) continue;
            int& lines = ui.state.stage.pipe_lines[stage.pipes[i].id];
            lines = std::max(lines, stage_pipe_lines(ui, stage.pipes[i], l.pipes[i].size.x));
            const float extra = stage_pipe_extra(ui, share, lines);
            l.pipes[i].size.y += extra;
            below += extra;
        }
        for (PipeBox& object : l.objects) object.at.y += below;
        l.ended_top += below;
        l.height += below;
    }
    return l;
}

/// The first arrangement that fits the room, from the most to the least detailed; else the most compact one, which
/// scrolls.
Layout make_layout(const Ui& ui, const Stage& stage, ImVec2 origin, ImVec2 room) {
    for (const Card& card : stage.cards) {
        StageState::Rows& rows = ui.state.stage.rows[card.pid];
        rows.fds = std::max(rows.fds, card.fds.size());
        rows.locals = std::max(rows.locals, card.locals.size());
        rows.threads = std::max(rows.threads, card.tasks.size());
    }
    const int count = static_cast<int>(std::max<std::size_t>(1, stage.cards.size()));
    const float margins = stage.pipes.empty() ? 0 : ui.px(40);
    const auto most_columns = [&](Level level) {
        const float gutter = gutter_width(ui, stage, level), least_width = level.is_compact ? 128 : 206;
        return std::clamp(static_cast<int>((room.x - margins + gutter) / (ui.px(least_width) + gutter)), 1,
                          count);
    };
    const auto rows = [&](int columns) { return (count + columns - 1) / columns; };
    Layout chosen;
    for (const Level& level : kLevels) {
        for (int columns = most_columns(level); columns >= 1; --columns) {
            // Not three and one where two and two take no more rows.
            if (columns > 1 && rows(columns) == rows(columns - 1)) continue;
            chosen = place(ui, stage, origin, room, level, columns);
            if (chosen.height <= room.y || level.is_compact) return chosen;
        }
    }
    return chosen;
}

// ---- Lines

void draw_links(const Ui& ui, ImDrawList* draw, const Stage& stage, const Layout& l) {
    std::vector<int> in_gutter(static_cast<std::size_t>(l.columns) + 1, 0);
    const auto draw_link = [&](const Link& link, bool highlighted) {
        const CardBox& card = l.cards[link.card];
        const PipeBox& pipe = l.pipes[link.pipe];
        const bool reads = link.end == PipeEnd::read;
        const std::size_t column = link.card % static_cast<std::size_t>(l.columns);
        // Gutter k lies to the left of column k. Read lines keep to its right half, write lines to its left half.
        int& used = in_gutter[column + (reads ? 0 : 1)];
        const float offset = ui.px(6 + 4 * static_cast<float>(used++ % 4));
        const float edge = reads ? card.at.x : card.at.x + card.size.x;
        const float gutter_x = reads ? edge - offset : edge + offset;
        const std::size_t bus = std::min<std::size_t>(2 * link.pipe + (reads ? 0 : 1), 11);
        const float strip_y = l.strip_top + ui.px(6) * static_cast<float>(bus);
        const float lane = ui.px(7) + ui.px(5) * static_cast<float>(std::min<std::size_t>(link.pipe, 5));
        const float margin_x = reads ? pipe.at.x - lane : pipe.at.x + pipe.size.x + lane;
        const float pipe_edge = reads ? pipe.at.x : pipe.at.x + pipe.size.x;
        const float pipe_y = pipe.at.y + stage_front_middle(ui, l.level.is_compact);
        const float row_y = card.fd_y[link.fd_row];

        const kernel::Pid pid = stage.cards[link.card].pid;
        const ImU32 colour = ui.process_colour(pid);
        const ImU32 shown = link.is_waiting ? ui.theme.warn : colour;
        const float thickness = ui.px(highlighted ? 2.5f : link.is_waiting ? 2 : 1.5f);
        const ImU32 bus_colour = highlighted       ? colour
                                 : link.is_waiting ? ui.theme.warn
                                                   : ui.theme.line_strong;
        const ImVec2 stub[] = {{edge, row_y}, {gutter_x, row_y}, {gutter_x, strip_y}};
        const ImVec2 rest[] = {
            {gutter_x, strip_y}, {margin_x, strip_y}, {margin_x, pipe_y}, {pipe_edge, pipe_y}};
        draw->AddPolyline(rest, 4, bus_colour, 0, thickness);
        draw->AddPolyline(stub, 3, shown, 0, thickness);
        if (!reads) draw->AddCircleFilled({edge, row_y}, ui.px(3.5f), shown);
        draw->AddCircleFilled({gutter_x, strip_y}, ui.px(2.5f), shown);
        // The arrow at the end that the bytes go into.
        const ImVec2 tip = reads ? ImVec2{edge, row_y} : ImVec2{pipe_edge, pipe_y};
        const float d = reads ? 1.0f : -1.0f, a = ui.px(5);
        draw->AddTriangleFilled({tip.x + d * ui.px(1), tip.y}, {tip.x - d * a, tip.y - a * 0.8f},
                                {tip.x - d * a, tip.y + a * 0.8f}, reads ? shown : bus_colour);
    };
    for (const Link& link : stage.links) draw_link(link, false);
    // Once more on top: what the mouse points at.
    std::ranges::fill(in_gutter, 0);
    for (const Link& link : stage.links) {
        const bool highlighted = ui.is_hovered(stage.cards[link.card].pid);
        if (highlighted || link.is_waiting) {
            draw_link(link, highlighted);
        } else {
            const std::size_t column = link.card % static_cast<std::size_t>(l.columns);
            ++in_gutter[column + (link.end == PipeEnd::read ? 0 : 1)];
        }
    }
}

/// Notes which bytes moved since the last position, for the animation.
void follow_motion(const Ui& ui, const Stage& stage) {
    StageState& state = ui.state.stage;
    if (state.revision == ui.player.revision()) return;
    state.revision = ui.player.revision();
    const bool animate = !ui.is_still && ui.player.motion() == Player::Motion::stepped;
    std::map<kernel::PipeId, PipeMotion> next;
    for (const PipePicture& pipe : stage.pipes) {
        PipeMotion motion;
        motion.now = pipe;
        const auto before = state.pipes.find(pipe.id);
        if (animate) {
            if (before != state.pipes.end()) motion.before = before->second.now;
            const bool moved = motion.before.read_position != pipe.read_position ||
                               motion.before.write_position != pipe.write_position;
            if (moved) motion.begin_s = ui.time_s;
        }
        next.emplace(pipe.id, std::move(motion));
    }
    state.pipes = std::move(next);
}

const PipeMotion* motion_of(const Ui& ui, kernel::PipeId pipe) {
    const auto found = ui.state.stage.pipes.find(pipe);
    if (found == ui.state.stage.pipes.end() || found->second.begin_s < 0) return nullptr;
    return ui.time_s - found->second.begin_s < kMotionSeconds ? &found->second : nullptr;
}

// ---- Notices

void notice(const Ui& ui, std::string_view text, ImU32 fill, ImU32 colour) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, inner = ui.px(10);
    const float height = draw_wrapped(nullptr, ui.fonts.text, {}, 0, text, width - 2 * inner, 5) + ui.px(10);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + width, at.y + height}, fill, ui.px(5));
    draw->AddRectFilled(at, {at.x + ui.px(4), at.y + height}, colour, ui.px(2));
    draw_wrapped(draw, ui.fonts.text, {at.x + inner, at.y + ui.px(5)}, ui.theme.text, text, width - 2 * inner,
                 5);
    ImGui::Dummy({width, height});
}

void draw_notices(const Ui& ui) {
    const Player& player = ui.player;
    const Theme& t = ui.theme;
    if (const std::size_t event = player.rows().explained_before(player.position()); event != SIZE_MAX) {
        const std::string text =
            player.pipes().familiar(printable(player.trace().item(player.trace().events[event], 0).text()));
        notice(ui, fmt::format("{}: {}", player.trace().events[event].process.value, text), t.bad_soft,
               t.bad);
    }
    if (player.is_cut_off())
        notice(ui,
               fmt::format("The recording stops here, after {} events: the program may be endless.",
                           with_commas(player.recorded())),
               t.warn_soft, t.warn);
    switch (player.rest()) {
        case engine::Rest::moving:
            break;
        case engine::Rest::finished:
            notice(ui, "All processes have ended.", t.good_soft, t.good);
            break;
        case engine::Rest::wants_input:
            notice(ui, "Waiting for standard input: type a line below the output.", t.warn_soft, t.warn);
            break;
        case engine::Rest::stopped:
            notice(ui, "The processes that are left are stopped by a signal.", t.warn_soft, t.warn);
            break;
        case engine::Rest::stuck: {
            // Of each task it is told on its card; who waits for whom in a circle is not.
            std::string text = "Deadlock: nobody can go on.";
            for (const std::string& sentence : player.stuck())
                if (constexpr std::string_view kCircle = "deadlock: "; sentence.starts_with(kCircle))
                    text += " In a circle, " + sentence.substr(kCircle.size()) + ".";
            notice(ui, text, t.bad_soft, t.bad);
            break;
        }
    }
}

}  // namespace

void draw_stage(const Ui& ui) {
    const Player& player = ui.player;
    const Stage& stage = player.stage();
    const std::size_t count = stage.cards.size();
    const auto counted = [](std::size_t number, std::string_view one) {
        return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
    };
    std::string counts = fmt::format("{} process{}", count, count == 1 ? "" : "es");
    if (!stage.pipes.empty() || stage.objects.empty()) counts += ", " + counted(stage.pipes.size(), "pipe");
    if (!stage.objects.empty()) counts += ", " + counted(stage.objects.size(), "other object");
    panel_title(ui, "Processes and what they share", player.is_open() ? counts : std::string{});
    if (!player.is_open()) return empty_state(ui, "Open a C program: ipclab-view FILE.c");
    draw_notices(ui);
    follow_motion(ui, stage);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("cards", {0, 0}, false);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    Layout layout = make_layout(ui, stage, origin, ImGui::GetContentRegionAvail());
    ImDrawList* draw = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < stage.cards.size(); ++i) {
        draw_card(ui, draw, stage.cards[i], layout.cards[i], layout.level);
        draw_picks(ui, draw, stage.cards[i].pid, layout.cards[i]);
    }
    for (std::size_t i = 0; i < stage.pipes.size(); ++i)
        draw_pipe(ui, draw, stage.pipes[i], layout.pipes[i], layout.level.is_compact,
                  motion_of(ui, stage.pipes[i].id));
    for (std::size_t i = 0; i < stage.objects.size(); ++i)
        draw_object(ui, draw, stage.objects[i], layout.objects[i].at, layout.objects[i].size,
                    layout.level.is_compact);
    draw_links(ui, draw, stage, layout);
    if (layout.level.ended > 0)
        draw_ended_all(ui, draw, {origin.x, layout.ended_top}, ImGui::GetContentRegionAvail().x,
                       layout.level.ended);
    ImGui::Dummy({1, layout.height});
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

}  // namespace ipclab::visualizer
