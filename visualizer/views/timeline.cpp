// The timeline: a lane for every task of the simulated run, and under it the lanes of the real run, drawn by the same
// code. The axis is events (each has the same room) or time.
//
// However long the run: a lane is drawn by steps of at least one pixel, each found by binary search.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kernel/network.h"
#include "kernel/signal_state.h"
#include "kernel/syscalls.h"
#include "sim/trace/format.h"
#include "visualizer/model/text.h"
#include "visualizer/views/views.h"

namespace ipclab::visualizer {

namespace {

using kernel::Time;

/// One run on the screen: its lanes, its axis and the part of it that is in view.
struct Track {
    const Lanes* lanes = nullptr;
    const kernel::Trace* trace = nullptr;
    TimelineState::View* view = nullptr;
    bool by_time = false;
    double first = 0, last = 1;  ///< ends of the axis
    double from = 0, to = 1;     ///< in view
    double head = -1;            ///< playhead; negative: none
    float left = 0, width = 0;   ///< pixels
    float lane_height = 0;
    bool is_simulated = true;

    double value(Time time_ns, std::uint32_t event) const {
        return by_time ? static_cast<double>(time_ns) : static_cast<double>(event);
    }
    float x(double value) const { return left + width * static_cast<float>((value - from) / (to - from)); }
    double at(float x) const { return from + (to - from) * static_cast<double>((x - left) / width); }
};

/// Heights of a lane: where all lanes have room, and the least at which their text can be read.
constexpr float kLaneHeight = 20, kLeastLaneHeight = 14;

Track make_track(const Ui& ui, const Lanes& lanes, const kernel::Trace& trace, TimelineState::View& view,
                 bool simulated) {
    Track t;
    t.lanes = &lanes;
    t.trace = &trace;
    t.view = &view;
    t.is_simulated = simulated;
    t.by_time = ui.state.timeline.by_time;
    t.first = t.by_time ? static_cast<double>(lanes.begin_ns()) : 0;
    t.last = t.by_time ? static_cast<double>(lanes.end_ns()) : static_cast<double>(lanes.seen_events());
    if (t.last <= t.first) t.last = t.first + 1;
    if (view.from >= view.to) view = {};
    t.from = view.to > view.from ? std::max(view.from, t.first) : t.first;
    t.to = view.to > view.from ? std::min(view.to, t.last) : t.last;
    if (t.to <= t.from) t.from = t.first, t.to = t.last;
    if (simulated)
        t.head =
            t.by_time ? static_cast<double>(ui.player.now_ns()) : static_cast<double>(ui.player.position());
    // What is in view follows the position; looking elsewhere is possible as long as that stays.
    if (simulated && ui.state.timeline.followed_revision != ui.player.revision()) {
        ui.state.timeline.followed_revision = ui.player.revision();
        const double length = t.to - t.from;
        if (view.to > view.from && (t.head < t.from || t.head > t.to)) {
            t.from = std::clamp(t.head - length / 3, t.first, std::max(t.first, t.last - length));
            t.to = t.from + length;
            view = {t.from, t.to};
        }
    }
    return t;
}

float bar_height(const Ui& ui, const Track& track) {
    return track.lane_height - ui.px(track.lane_height < ui.px(18) ? 2 : 4);
}

std::string what_it_waits_for(const Ui& ui, const Track& track, const Interval& interval) {
    const kernel::SyscallSpec* spec = kernel::syscall_spec(interval.call);
    std::string text(spec ? spec->name : kernel::linux_syscall_name(interval.call));
    if (interval.event < track.trace->events.size()) {
        const kernel::Event& event = track.trace->events[interval.event];
        if (event.kind == kernel::EventKind::blocked)
            text += ": " + trace::blocked_reason(trace::CallView(*track.trace, event));
    }
    return track.is_simulated ? ui.player.pipes().familiar(text) : text;
}

void draw_interval(const Ui& ui, ImDrawList* draw, const Track& track, const Lane& lane,
                   const Interval& interval, float x0, float x1, float y) {
    const Theme& t = ui.theme;
    const float height = bar_height(ui, track), middle = y + height / 2;
    const ImU32 colour = t.process(lane.order);
    switch (interval.state) {
        case LaneState::running:
            draw->AddRectFilled({x0, y}, {x1, y + height}, colour, x1 - x0 > ui.px(5) ? ui.px(2) : 0);
            break;
        case LaneState::ready:
            draw->AddRectFilled({x0, middle - ui.px(3)}, {x1, middle + ui.px(3)},
                                faded(colour, t.is_dark ? 0.4f : 0.32f));
            break;
        case LaneState::blocked: {
            draw->AddRectFilled({x0, y + ui.px(1)}, {x1, y + height - ui.px(1)}, t.warn_soft);
            draw->AddRectFilled({x0, y + height - ui.px(3)}, {x1, y + height - ui.px(1)}, t.lane_blocked);
            if (x1 - x0 > ui.px(34))
                draw_text(draw, ui.fonts.small,
                          {x0 + ui.px(4), y + (height - font_size(ui.fonts.small)) / 2 - ui.px(1)}, t.warn,
                          what_it_waits_for(ui, track, interval), x1 - x0 - ui.px(8));
            break;
        }
        case LaneState::stopped:
            draw->AddRectFilled({x0, y + ui.px(2)}, {x1, y + height - ui.px(2)}, t.lane_stopped);
            break;
        case LaneState::zombie:
            for (float x = x0; x < x1; x += ui.px(7))
                draw->AddRectFilled({x, middle - ui.px(1)}, {std::min(x + ui.px(4), x1), middle + ui.px(1)},
                                    t.faint);
            break;
        case LaneState::gone:
            break;
    }
}

void draw_lane(const Ui& ui, ImDrawList* draw, const Track& track, const Lane& lane, float y) {
    const auto& intervals = lane.intervals;
    const auto value = [&](const Interval& i) { return track.value(i.begin_ns, i.event); };
    const auto after = [&](double v) {
        return std::upper_bound(intervals.begin(), intervals.end(), v,
                                [&](double x, const Interval& i) { return x < value(i); });
    };
    auto next = after(track.from);
    if (next != intervals.begin()) --next;
    const double pixel = (track.to - track.from) / static_cast<double>(std::max(1.0f, track.width));
    while (next != intervals.end() && value(*next) < track.to) {
        const Interval& interval = *next;
        ++next;
        double end = next == intervals.end() ? std::max(track.last, value(interval)) : value(*next);
        if (end - value(interval) < pixel && next != intervals.end()) {
            // Thinner than a pixel: the pixel shows the state that it begins with.
            next = std::max(next, after(value(interval) + pixel) - 1);
            end = std::max(end, std::min(value(interval) + pixel, track.to));
        }
        const float x0 = track.x(std::max(value(interval), track.from));
        const float x1 = std::max(track.x(std::min(end, track.to)), x0 + 1);
        draw_interval(ui, draw, track, lane, interval, x0, x1, y);
    }
}

void draw_marks(const Ui& ui, ImDrawList* draw, const Track& track, const Lane& lane, float y,
                const std::vector<float>& lane_y) {
    const float height = bar_height(ui, track), middle = y + height / 2;
    const auto first =
        std::lower_bound(lane.marks.begin(), lane.marks.end(), track.from,
                         [&](const Mark& m, double v) { return track.value(m.time_ns, m.event) < v; });
    float last_x = -1e9f;
    for (auto it = first; it != lane.marks.end(); ++it) {
        const double v = track.value(it->time_ns, it->event);
        if (v > track.to) break;
        const float x = std::round(track.x(v));
        if (x - last_x < ui.px(2)) continue;  // one sign where many fall together
        last_x = x;
        const auto to_lane = [&](const Lane* other, ImU32 colour) {
            if (!other) return;
            const float other_y = lane_y[static_cast<std::size_t>(other - track.lanes->lanes().data())];
            const float direction = other_y > y ? 1.0f : -1.0f;
            const float end = direction > 0 ? other_y : other_y + height;
            draw->AddLine({x, middle}, {x, end}, faded(colour, 0.8f), std::max(1.0f, ui.px(1.2f)));
            draw->AddTriangleFilled({x, end + direction * ui.px(1)},
                                    {x - ui.px(3.5f), end - direction * ui.px(5)},
                                    {x + ui.px(3.5f), end - direction * ui.px(5)}, colour);
        };
        switch (it->kind) {
            case Mark::Kind::forked:
                to_lane(track.lanes->find(kernel::Tid{it->other}), ui.theme.process(lane.order));
                break;
            case Mark::Kind::executed:
                draw->AddNgonFilled({x, middle}, ui.px(4.5f), ui.theme.text, 4);
                draw->AddNgon({x, middle}, ui.px(4.5f), ui.theme.panel, 4);
                break;
            case Mark::Kind::signal_sent:
                to_lane(track.lanes->find(kernel::Tid{it->other}), ui.theme.bad);
                break;
            case Mark::Kind::signal_delivered:
                draw->AddTriangleFilled({x, y - ui.px(1)}, {x - ui.px(4), y + ui.px(6)},
                                        {x + ui.px(4), y + ui.px(6)}, ui.theme.bad);
                break;
            case Mark::Kind::exited:
                draw->AddRectFilled({x - ui.px(1.5f), y}, {x + ui.px(1.5f), y + height}, ui.theme.text);
                break;
            case Mark::Kind::explained:
                draw->AddCircleFilled({x, middle}, ui.px(4), ui.theme.bad);
                break;
        }
    }
}

/// Packets that are on the modelled network's link together lie one above the other, up to so many.
constexpr std::size_t kMostFlightRows = 6;
constexpr float kFlightHeight = 7;

std::size_t flight_rows(const Lanes& lanes) {
    return std::min(lanes.flight_rows(), kMostFlightRows);
}

float link_height(const Ui& ui, const Lanes& lanes) {
    const std::size_t rows = flight_rows(lanes);
    return rows == 0 ? 0 : std::max(ui.px(kFlightHeight) * static_cast<float>(rows), ui.px(14)) + ui.px(4);
}

/// Calls `use` for each packet that is seen, with its bar.
template <class Use>
void for_each_flight(const Ui& ui, const Track& track, float y, Use use) {
    const std::vector<Flight>& flights = track.lanes->flights();
    const double pixel = (track.to - track.from) / static_cast<double>(std::max(1.0f, track.width));
    std::array<double, kMostFlightRows> drawn_to;
    drawn_to.fill(-1);
    for (const Flight& flight : flights) {
        const double begin = track.value(flight.begin_ns, flight.begin_event);
        if (begin > track.to) break;
        const double end = flight.end_event == UINT32_MAX ? track.last : track.value(flight.end_ns, flight.end_event);
        if (end < track.from || flight.row >= kMostFlightRows || end < drawn_to[flight.row]) continue;
        drawn_to[flight.row] = end + pixel;
        const float top = y + ui.px(kFlightHeight) * static_cast<float>(flight.row);
        const ImVec2 a{track.x(std::max(begin, track.from)), top};
        const ImVec2 b{std::max(track.x(std::min(end, track.to)), a.x + 1), top + ui.px(kFlightHeight - 2)};
        use(flight, a, b, end <= track.to);
    }
}

void draw_link(const Ui& ui, ImDrawList* draw, const Track& track, float y) {
    const Theme& t = ui.theme;
    for_each_flight(ui, track, y, [&](const Flight& flight, ImVec2 a, ImVec2 b, bool ends_here) {
        const ImU32 colour = flight.order == SIZE_MAX ? t.muted : t.process(flight.order);
        const float middle = (a.y + b.y) / 2, half = (b.y - a.y) / 2;
        draw->AddRectFilled(a, b, faded(colour, t.is_dark ? 0.45f : 0.4f), half);
        if (!ends_here) return;
        if (flight.is_lost) {
            draw->AddLine({b.x - half, a.y}, {b.x + half, b.y}, t.bad, ui.px(1.5f));
            draw->AddLine({b.x - half, b.y}, {b.x + half, a.y}, t.bad, ui.px(1.5f));
        } else {
            draw->AddTriangleFilled({b.x, middle}, {b.x - 2 * half, a.y}, {b.x - 2 * half, b.y}, colour);
        }
    });
}

void link_tooltip(const Ui& ui, const Track& track, float y) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const Flight* pointed = nullptr;
    for_each_flight(ui, track, y, [&](const Flight& flight, ImVec2 a, ImVec2 b, bool) {
        if (mouse.x >= a.x - ui.px(3) && mouse.x <= b.x + ui.px(3) && mouse.y >= a.y && mouse.y < b.y + ui.px(2))
            pointed = &flight;
    });
    if (!pointed || pointed->begin_event >= track.trace->events.size() || !begin_tooltip(ui)) return;
    const kernel::Event& sent = track.trace->events[pointed->begin_event];
    ImGui::TextUnformatted(printable(kernel::packet_text(sent)).c_str());
    if (pointed->end_event == UINT32_MAX)
        ImGui::TextDisabled("under way since %s", time_text(pointed->begin_ns).c_str());
    else
        ImGui::TextDisabled("%s after %s", pointed->is_lost ? "lost" : "delivered",
                            time_text(pointed->end_ns - pointed->begin_ns).c_str());
    end_tooltip();
}

std::string axis_label(const Track& track, double value) {
    return track.by_time ? time_text(static_cast<Time>(value))
                         : with_commas(static_cast<std::uint64_t>(value));
}

/// Distance of the axis's ticks: 1, 2 or 5 times a power of ten, at least `least`.
double tick_distance(double least) {
    double step = std::pow(10.0, std::floor(std::log10(std::max(least, 1e-9))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (step * factor >= least) return std::max(1.0, step * factor);
    return step * 10;
}

void draw_axis(const Ui& ui, ImDrawList* draw, const Track& track, float y, float bottom) {
    const double step =
        tick_distance((track.to - track.from) * static_cast<double>(ui.px(90) / std::max(1.0f, track.width)));
    for (double v = std::ceil(track.from / step) * step; v <= track.to; v += step) {
        const float x = std::round(track.x(v));
        draw->AddLine({x, y + ui.px(15)}, {x, bottom}, faded(ui.theme.line, 0.8f));
        const std::string label = axis_label(track, v);
        if (x + text_width(ui.fonts.small, label) / 2 > track.left + track.width) continue;
        draw_text(draw, ui.fonts.small, {x, y}, ui.theme.muted, label, 0,
                  x < track.left + ui.px(20) ? Align::left : Align::centre);
    }
}

void lane_tooltip(const Ui& ui, const Track& track, const Lane& lane, double value) {
    const auto next =
        std::upper_bound(lane.intervals.begin(), lane.intervals.end(), value,
                         [&](double v, const Interval& i) { return v < track.value(i.begin_ns, i.event); });
    if (!begin_tooltip(ui)) return;
    if (next == lane.intervals.begin()) {
        ImGui::Text("%d does not exist yet", lane.process.value);
    } else {
        const Interval& interval = *std::prev(next);
        const bool is_last = next == lane.intervals.end();
        const std::string state = interval.state == LaneState::blocked
                                      ? "blocked in " + what_it_waits_for(ui, track, interval)
                                      : std::string(name(interval.state));
        ImGui::Text("%d %s", lane.tid.value, lane.name_at(interval.begin_ns).c_str());
        ImGui::TextUnformatted(printable(state).c_str());
        if (interval.state == LaneState::running && track.is_simulated)
            ImGui::TextDisabled("on CPU %d", interval.cpu);
        if (is_last)
            ImGui::TextDisabled("since %s", time_text(interval.begin_ns).c_str());
        else
            ImGui::TextDisabled("%s, from %s", time_text(next->begin_ns - interval.begin_ns).c_str(),
                                time_text(interval.begin_ns).c_str());
    }
    // Marks within some pixels of the mouse.
    const double reach =
        (track.to - track.from) * static_cast<double>(ui.px(5) / std::max(1.0f, track.width));
    auto mark =
        std::lower_bound(lane.marks.begin(), lane.marks.end(), value - reach,
                         [&](const Mark& m, double v) { return track.value(m.time_ns, m.event) < v; });
    for (int shown = 0; mark != lane.marks.end() && shown < 4; ++mark, ++shown) {
        if (track.value(mark->time_ns, mark->event) > value + reach) break;
        if (mark->event >= track.trace->events.size()) break;
        const kernel::Event& event = track.trace->events[mark->event];
        ImGui::TextUnformatted(printable(trace::format_event(*track.trace, event, 40)).c_str());
    }
    end_tooltip();
}

/// Wheel zooms around the mouse, dragging with the right or middle button moves, clicking goes there.
void handle_mouse(const Ui& ui, const Track& track, bool hovered, bool clicked, bool held) {
    const ImGuiIO& io = ImGui::GetIO();
    const double mouse = std::clamp(track.at(io.MousePos.x), track.from, track.to);
    TimelineState::View& view = *track.view;
    if (hovered && io.MouseWheel != 0 && (io.KeyCtrl || io.KeyShift || std::abs(io.MouseWheel) > 0)) {
        const double factor = std::pow(0.8, static_cast<double>(io.MouseWheel));
        double from = mouse - (mouse - track.from) * factor, to = mouse + (track.to - mouse) * factor;
        const double least = track.by_time ? 50 : 8;
        if (to - from < least)
            from = mouse - least * (mouse - track.from) / (track.to - track.from), to = from + least;
        view = {std::max(from, track.first), std::min(to, track.last)};
        if (view.from <= track.first && view.to >= track.last) view = {};
    }
    if (hovered && (ImGui::IsMouseDragging(1) || ImGui::IsMouseDragging(2)) && view.to > view.from) {
        double shift = -static_cast<double>(io.MouseDelta.x / track.width) * (track.to - track.from);
        shift = std::clamp(shift, track.first - view.from, track.last - view.to);
        view.from += shift;
        view.to += shift;
    }
    if (!track.is_simulated || !(clicked || held)) return;
    std::size_t count = 0;
    if (track.by_time) {
        const auto& events = track.trace->events;
        count = static_cast<std::size_t>(std::upper_bound(events.begin(), events.end(), mouse,
                                                          [](double v, const kernel::Event& e) {
                                                              return v < static_cast<double>(e.time_ns);
                                                          }) -
                                         events.begin());
    } else {
        count = static_cast<std::size_t>(std::lround(mouse));
    }
    count = std::min(count, ui.player.recorded());
    if (count != ui.player.position())
        ui.send(count == 0 ? Command{command::SeekStart{}} : Command{command::SeekEvent{count - 1}});
}

/// Where a person is the scheduler, a click on the name of a task that can go next picks it.
void pick_by_label(const Ui& ui, ImDrawList* draw, const Lane& lane, ImVec2 at, ImVec2 size) {
    if (!ui.player.is_scheduler()) return;
    const auto& candidates = ui.player.candidates();
    const auto found = std::ranges::find(candidates, lane.tid, &explore::Candidate::actor);
    if (found == candidates.end()) return;
    const auto index = static_cast<std::size_t>(found - candidates.begin());
    const ImVec2 end{at.x + size.x, at.y + size.y};
    draw_text(draw, ui.fonts.bold, {end.x, at.y}, ui.theme.accent, fmt::format("{}", index + 1), 0,
              Align::right);
    if (!ImGui::IsWindowHovered() || !ImGui::IsMouseHoveringRect(at, end)) return;
    draw->AddRect(at, end, ui.theme.accent, ui.px(3));
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) ui.send(command::Pick{index});
}

float track_height(const Ui& ui, const Lanes& lanes, float lane_height) {
    return ui.px(20) + lane_height * static_cast<float>(std::max<std::size_t>(1, lanes.lanes().size())) +
           link_height(ui, lanes) + ui.px(4);
}

std::string title(const Ui& ui, const Track& track) {
    const char* which = track.is_simulated ? "simulated" : "real Linux";
    // How long a run takes is nobody's to know before it is over.
    if (track.is_simulated && !ui.player.shows_future()) return which;
    return fmt::format("{}  ·  {}", which, time_text(track.lanes->end_ns() - track.lanes->begin_ns()));
}

void draw_track(const Ui& ui, Track track, const char* id) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float full = ImGui::GetContentRegionAvail().x, height = track_height(ui, *track.lanes, track.lane_height);
    const float labels = std::min(ui.px(150), full * 0.25f);
    track.left = at.x + labels;
    track.width = std::max(1.0f, full - labels - ui.px(6));
    const float lanes_top = at.y + ui.px(19);

    ImGui::SetCursorScreenPos({track.left, at.y});
    ImGui::InvisibleButton(id, {track.width, height});
    const bool hovered = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked(),
               held = ImGui::IsItemActive();
    draw_axis(ui, draw, track, at.y, at.y + height - ui.px(4));

    std::vector<float> lane_y;
    for (std::size_t i = 0; i < track.lanes->lanes().size(); ++i)
        lane_y.push_back(lanes_top + track.lane_height * static_cast<float>(i) + ui.px(2));
    // Only lanes in sight.
    const float clip_top = ImGui::GetWindowPos().y - track.lane_height,
                clip_bottom = ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
    draw_text(draw, ui.fonts.small, {at.x, at.y}, ui.theme.muted, title(ui, track), labels - ui.px(12));
    for (std::size_t i = 0; i < lane_y.size(); ++i) {
        if (lane_y[i] < clip_top || lane_y[i] > clip_bottom) continue;
        const Lane& lane = track.lanes->lanes()[i];
        const kernel::Pid shown = lane.process;
        // In the real run the pids are Linux's own; the colour says which process it is the twin of.
        const std::string pid = fmt::format("{}", lane.tid.value);
        const float chip = text_width(ui.fonts.mono_small, pid) + ui.px(8);
        const ImVec2 chip_at{at.x, lane_y[i]};
        const float chip_height =
            std::min(std::round(font_size(ui.fonts.mono_small) + ui.px(3)), track.lane_height - 1);
        const float text_y = lane_y[i] + (chip_height - font_size(ui.fonts.mono_small)) / 2 - ui.px(0.5f);
        draw->AddRectFilled(chip_at, {chip_at.x + chip, chip_at.y + chip_height},
                            ui.theme.process(lane.order), ui.px(3));
        draw_text(draw, ui.fonts.mono_small, {chip_at.x + ui.px(4), text_y},
                  ui.theme.on_process, pid);
        draw_text(draw, ui.fonts.small, {at.x + chip + ui.px(6), text_y - ui.px(1)}, ui.theme.text,
                  printable(lane.name), labels - chip - ui.px(14));
        if (track.is_simulated)
            pick_by_label(ui, draw, lane, {at.x, lane_y[i]}, {labels - ui.px(8), track.lane_height});
        draw->PushClipRect({track.left, at.y}, {track.left + track.width + 1, at.y + height}, true);
        draw_lane(ui, draw, track, lane, lane_y[i]);
        draw->PopClipRect();
        const float mouse_y = ImGui::GetIO().MousePos.y;
        const bool lane_hovered = mouse_y >= lane_y[i] && mouse_y < lane_y[i] + track.lane_height;
        if (lane_hovered && track.is_simulated && ImGui::IsWindowHovered() &&
            ImGui::GetIO().MousePos.x < track.left + track.width)
            ui.hover(shown);
        if (hovered && lane_hovered && !held)
            lane_tooltip(ui, track, lane, track.at(ImGui::GetIO().MousePos.x));
    }
    const float link_y = lanes_top + track.lane_height * static_cast<float>(lane_y.size()) + ui.px(4);
    if (flight_rows(*track.lanes) > 0) {
        draw_text(draw, ui.fonts.small, {at.x, link_y - ui.px(1)}, ui.theme.muted, "the link", labels - ui.px(12));
        draw->PushClipRect({track.left, at.y}, {track.left + track.width + 1, at.y + height}, true);
        draw_link(ui, draw, track, link_y);
        draw->PopClipRect();
        if (hovered && !held && ImGui::GetIO().MousePos.y >= link_y) link_tooltip(ui, track, link_y);
    }
    draw->PushClipRect({track.left - ui.px(5), at.y}, {track.left + track.width + ui.px(5), at.y + height},
                       true);
    for (std::size_t i = 0; i < lane_y.size(); ++i)
        if (lane_y[i] >= clip_top && lane_y[i] <= clip_bottom)
            draw_marks(ui, draw, track, track.lanes->lanes()[i], lane_y[i], lane_y);
    if (track.head >= 0) {
        const float x = std::round(track.x(track.head));
        if (x < track.left + track.width)
            draw->AddRectFilled({x, lanes_top - ui.px(2)}, {track.left + track.width, at.y + height},
                                faded(ui.theme.panel, ui.player.shows_future() ? 0.55f : 1.0f));
        if (x >= track.left - 1 && x <= track.left + track.width + 1) {
            draw->AddRectFilled({x - ui.px(1), at.y + ui.px(4)}, {x + ui.px(1), at.y + height - ui.px(2)},
                                ui.theme.accent);
            draw->AddTriangleFilled({x - ui.px(5), at.y + ui.px(10)}, {x + ui.px(5), at.y + ui.px(10)},
                                    {x, at.y + ui.px(18)}, ui.theme.accent);
        }
    }
    draw->PopClipRect();
    handle_mouse(ui, track, hovered, clicked, held);
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    ImGui::Dummy({1, ui.px(4)});
}

/// What the shapes mean, from the right to the left as far as there is room; the lanes' states come first.
void legend(const Ui& ui, ImDrawList* draw, float right, float y, float left) {
    const Theme& t = ui.theme;
    enum class Sign : std::uint8_t { running, ready, blocked, zombie, fork, exec, signal, exit };
    struct Entry {
        Sign sign;
        const char* name;
    };
    constexpr Entry kEntries[] = {
        {Sign::exit, "exit"},     {Sign::signal, "signal"},   {Sign::exec, "exec"},   {Sign::fork, "fork"},
        {Sign::zombie, "zombie"}, {Sign::blocked, "blocked"}, {Sign::ready, "ready"}, {Sign::running, "running"}};
    const auto width_of = [&](const Entry& entry) {
        return text_width(ui.fonts.small, entry.name) + ui.px(entry.sign >= Sign::fork ? 14 : 20);
    };
    float room = right - left;
    std::size_t first = std::size(kEntries);  // the states are the last ones
    while (first > 0 && room > width_of(kEntries[first - 1]) + ui.px(14))
        room -= width_of(kEntries[--first]) + ui.px(14);
    float x = right;
    for (std::size_t i = first; i < std::size(kEntries); ++i) {
        const Entry& entry = kEntries[i];
        const float begin = x - width_of(entry);
        draw_text(draw, ui.fonts.small, {x, y}, t.muted, entry.name, 0, Align::right);
        const float middle = y + font_size(ui.fonts.small) / 2 + ui.px(1);
        const ImVec2 a{begin, middle - ui.px(5)}, b{begin + ui.px(15), middle + ui.px(5)};
        const float sign_x = begin + ui.px(5);
        switch (entry.sign) {
            case Sign::running:
                draw->AddRectFilled(a, b, t.muted, ui.px(2));
                break;
            case Sign::ready:
                draw->AddRectFilled({a.x, middle - ui.px(2)}, {b.x, middle + ui.px(2)},
                                    faded(t.muted, 0.45f));
                break;
            case Sign::blocked:
                draw->AddRectFilled(a, b, t.warn_soft);
                draw->AddRectFilled({a.x, b.y - ui.px(2)}, b, t.lane_blocked);
                break;
            case Sign::zombie:
                for (float dash = a.x; dash < b.x; dash += ui.px(6))
                    draw->AddRectFilled({dash, middle - ui.px(1)}, {dash + ui.px(3), middle + ui.px(1)},
                                        t.faint);
                break;
            case Sign::fork:
                draw->AddLine({sign_x, a.y}, {sign_x, b.y}, t.muted, std::max(1.0f, ui.px(1.2f)));
                draw->AddTriangleFilled({sign_x, b.y + ui.px(1)}, {sign_x - ui.px(3.5f), b.y - ui.px(4)},
                                        {sign_x + ui.px(3.5f), b.y - ui.px(4)}, t.muted);
                break;
            case Sign::exec:
                draw->AddNgonFilled({sign_x, middle}, ui.px(4.5f), t.text, 4);
                break;
            case Sign::signal:
                draw->AddTriangleFilled({sign_x, middle - ui.px(4)}, {sign_x - ui.px(4), middle + ui.px(3)},
                                        {sign_x + ui.px(4), middle + ui.px(3)}, t.bad);
                break;
            case Sign::exit:
                draw->AddRectFilled({sign_x - ui.px(1.5f), a.y}, {sign_x + ui.px(1.5f), b.y}, t.text);
                break;
        }
        x = begin - ui.px(14);
    }
}

/// Height of both tracks with lanes of that height.
float tracks_height(const Ui& ui, float lane_height) {
    const bool has_real = ui.real.state() == RealRun::State::done;
    return track_height(ui, ui.player.lanes(), lane_height) + ui.px(8) +
           (has_real ? track_height(ui, ui.real.lanes(), lane_height) + ui.px(8) : ui.px(26)) +
           (has_real && !ui.real.message().empty() ? ui.px(20) : 0);
}

}  // namespace

float timeline_height(const Ui& ui) {
    return ui.px(14) + std::round(font_size(ui.fonts.bold) * 1.5f) + ui.px(6) +
           tracks_height(ui, ui.px(kLaneHeight));
}

void draw_timeline(const Ui& ui) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    panel_title(ui, "Timeline");
    if (!ui.player.is_open()) return;
    const ImVec2 below = ImGui::GetCursorScreenPos();

    // Axis: events or time.
    TimelineState& state = ui.state.timeline;
    ImGui::SetCursorScreenPos({at.x + text_width(ui.fonts.bold, "Timeline") + ui.px(18), at.y});
    const char* labels[] = {"by event", "by time"};
    float x = 0;
    for (int i = 0; i < 2; ++i) {
        const bool selected = state.by_time == (i == 1);
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const float width = pill_width(ui, labels[i]);
        if (ImGui::InvisibleButton(labels[i], {width, pill_height(ui)}) && !selected) {
            state.by_time = i == 1;
            state.simulated = state.real = {};
        }
        draw_pill(draw, ui, place, labels[i], selected ? faded(ui.theme.accent, 0.18f) : 0,
                  selected ? ui.theme.accent : ui.theme.muted);
        ImGui::SameLine(0, ui.px(2));
        x = place.x + width;
    }
    legend(ui, draw, right, at.y + ui.px(2), x + ui.px(10));

    ImGui::SetCursorScreenPos(below);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("lanes", {0, 0}, false, ImGuiWindowFlags_NoScrollWithMouse);
    // Many lanes become thinner before they have to be scrolled.
    float lane_height = ui.px(kLaneHeight);
    while (lane_height > ui.px(kLeastLaneHeight) &&
           tracks_height(ui, lane_height) > ImGui::GetContentRegionAvail().y)
        lane_height -= 1;
    Track simulated = make_track(ui, ui.player.lanes(), ui.player.trace(), state.simulated, true);
    simulated.lane_height = lane_height;
    draw_track(ui, simulated, "simulated");
    switch (ui.real.state()) {
        case RealRun::State::done: {
            Track real = make_track(ui, ui.real.lanes(), ui.real.trace(), state.real, false);
            real.lane_height = lane_height;
            draw_track(ui, real, "real");
            if (!ui.real.message().empty()) {
                const ImVec2 place = ImGui::GetCursorScreenPos();
                draw_text(ImGui::GetWindowDrawList(), ui.fonts.small, place, ui.theme.muted, ui.real.message(), right - place.x);
                ImGui::Dummy({1, ui.px(18)});
            }
            break;
        }
        case RealRun::State::off:
        case RealRun::State::running:
        case RealRun::State::failed: {
            const ImVec2 place = ImGui::GetCursorScreenPos();
            const float label = std::min(ui.px(150), ImGui::GetContentRegionAvail().x * 0.25f);
            ImDrawList* inner = ImGui::GetWindowDrawList();
            draw_text(inner, ui.fonts.small, place, ui.theme.muted, "real Linux", label);
            const float height =
                draw_wrapped(inner, ui.fonts.small, {place.x + label, place.y}, ui.theme.muted,
                             printable(ui.real.message()), right - place.x - label - ui.px(8), 3);
            ImGui::Dummy({1, std::max(height, ui.px(18))});
            break;
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

}  // namespace ipclab::visualizer
