#include "visualizer/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace ipclab::visualizer {

namespace {

std::filesystem::path settings_file() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (config && *config) return std::filesystem::path(config) / "ipclab" / "window";
    if (home && *home) return std::filesystem::path(home) / ".config" / "ipclab" / "window";
    return {};
}

}  // namespace

Settings load_settings() {
    Settings s;
    std::ifstream in(settings_file());
    std::string name;
    double value = 0;
    const auto ratio = [&](float& member) { member = static_cast<float>(std::clamp(value, 0.08, 0.8)); };
    while (in >> name >> value) {
        if (name == "dark") s.is_dark = value != 0;
        if (name == "zoom") s.zoom = static_cast<int>(std::clamp(value, -5.0, 20.0));
        if (name == "width") s.width = static_cast<int>(std::clamp(value, 480.0, 16384.0));
        if (name == "height") s.height = static_cast<int>(std::clamp(value, 320.0, 16384.0));
        if (name == "source") ratio(s.source_ratio);
        if (name == "side") ratio(s.side_ratio);
        if (name == "timeline") ratio(s.timeline_ratio);
        if (name == "output") ratio(s.output_ratio);
    }
    return s;
}

void save_settings(const Settings& s) {
    const std::filesystem::path file = settings_file();
    if (file.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    std::ofstream out(file);
    out << "dark " << s.is_dark << "\nzoom " << s.zoom << "\nwidth " << s.width << "\nheight " << s.height
        << "\nsource " << s.source_ratio << "\nside " << s.side_ratio << "\ntimeline " << s.timeline_ratio
        << "\noutput " << s.output_ratio << '\n';
}

}  // namespace ipclab::visualizer
