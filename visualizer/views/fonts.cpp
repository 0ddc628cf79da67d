#include "visualizer/views/fonts.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <sstream>
#include <vector>

#include "imgui_freetype.h"

namespace ipclab::visualizer {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> font_directories() {
    std::vector<fs::path> found;
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    const std::string home = variable("HOME");
    if (const std::string data = variable("XDG_DATA_HOME"); !data.empty())
        found.emplace_back(data + "/fonts");
    if (!home.empty()) {
        found.emplace_back(home + "/.local/share/fonts");
        found.emplace_back(home + "/.fonts");
    }
    std::string dirs = variable("XDG_DATA_DIRS");
    if (dirs.empty()) dirs = "/usr/local/share:/usr/share";
    std::stringstream list(dirs);
    for (std::string dir; std::getline(list, dir, ':');)
        if (!dir.empty()) found.emplace_back(dir + "/fonts");
    found.emplace_back("/usr/share/fonts");
    return found;
}

/// File name -> path of every font file; the first directory that has a name wins.
std::map<std::string, std::string> all_fonts() {
    std::map<std::string, std::string> found;
    for (const fs::path& directory : font_directories()) {
        std::error_code error;
        fs::recursive_directory_iterator it(directory, fs::directory_options::skip_permission_denied, error);
        for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
            const std::string extension = it->path().extension().string();
            if (extension == ".otf" || extension == ".ttf")
                found.try_emplace(it->path().filename().string(), it->path().string());
        }
    }
    return found;
}

// Latin, Greek, Cyrillic, punctuation, arrows, mathematics, technical signs, boxes, shapes and marks.
const ImWchar kRanges[] = {0x0020, 0x024f, 0x0370, 0x03ff, 0x0400, 0x04ff, 0x2010, 0x2030, 0x2190, 0x21ff,
                           0x2200, 0x22ff, 0x2300, 0x23ff, 0x2500, 0x25ff, 0x2700, 0x27bf, 0};

ImFont* add_font(std::initializer_list<const char*> names, float size) {
    ImFontAtlas* atlas = ImGui::GetIO().Fonts;
    ImFontConfig config;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    ImFont* font = nullptr;
    for (const char* name : names) {
        const std::string path = find_font(name);
        if (!path.empty() && (font = atlas->AddFontFromFileTTF(path.c_str(), size, &config, kRanges))) break;
    }
    if (!font) {
        config.SizePixels = std::round(size);
        return atlas->AddFontDefault(&config);
    }
    // Signs that the font lacks come from DejaVu.
    if (const std::string path = find_font("DejaVuSans.ttf"); !path.empty()) {
        config.MergeMode = true;
        atlas->AddFontFromFileTTF(path.c_str(), size, &config, kRanges);
    }
    return font;
}

}  // namespace

std::string find_font(const std::string& file_name) {
    static const std::map<std::string, std::string> fonts = all_fonts();
    const auto found = fonts.find(file_name);
    return found == fonts.end() ? std::string{} : found->second;
}

Fonts build_fonts(float scale) {
    ImFontAtlas* atlas = ImGui::GetIO().Fonts;
    atlas->Clear();
#if IMGUI_VERSION_NUM >= 19200
    atlas->SetFontLoader(ImGuiFreeType::GetFontLoader());
    atlas->FontLoaderFlags = ImGuiFreeTypeLoaderFlags_LightHinting;
#else
    atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    atlas->TexDesiredWidth = scale > 1.6f ? 4096 : 2048;
#endif
    const auto px = [&](float size) { return std::round(size * scale); };
    Fonts fonts;
    fonts.text = add_font({"Inter-Regular.otf", "Inter-Regular.ttf", "DejaVuSans.ttf"}, px(15));
    fonts.bold = add_font({"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "DejaVuSans-Bold.ttf"}, px(15));
    fonts.small = add_font({"Inter-Regular.otf", "Inter-Regular.ttf", "DejaVuSans.ttf"}, px(13));
    fonts.title = add_font({"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "DejaVuSans-Bold.ttf"}, px(18));
    fonts.mono =
        add_font({"JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular.otf", "DejaVuSansMono.ttf"}, px(13));
    fonts.mono_small =
        add_font({"JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular.otf", "DejaVuSansMono.ttf"}, px(12));
#if IMGUI_VERSION_NUM < 19200
    atlas->Build();
#endif
    return fonts;
}

}  // namespace ipclab::visualizer
