// What the window remembers from one start to the next: theme, zoom, sizes of the panels. A small text file,
// $XDG_CONFIG_HOME/ipclab/window (else ~/.config/ipclab/window), of lines "name value". A file that cannot be read or
// makes no sense counts as absent.
#pragma once

namespace ipclab::visualizer {

struct Settings {
    bool is_dark = false;
    int zoom = 0;  ///< steps of 10 %
    int width = 1440, height = 900;
    float source_ratio = 0.33f;   ///< of the window's width
    float side_ratio = 0.25f;     ///< of the window's width
    float timeline_ratio = 0.36f;  ///< of the window's height, at most: it is never higher than its lanes
    float output_ratio = 0.28f;   ///< of the left column's height
    bool operator==(const Settings&) const = default;
};

Settings load_settings();
/// Failing to write is no error: the next start begins with the defaults.
void save_settings(const Settings& settings);

}  // namespace ipclab::visualizer
