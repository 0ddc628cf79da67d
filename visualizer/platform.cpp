#include "visualizer/platform.h"

#include <SDL_opengl.h>
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace ipclab::visualizer {

bool has_display() {
    const auto is_set = [](const char* name) {
        const char* value = std::getenv(name);
        return value && *value;
    };
    return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || is_set("SDL_VIDEODRIVER");
}

Platform::~Platform() {
    if (context_) SDL_GL_DeleteContext(context_);
    if (window_) SDL_DestroyWindow(window_);
    if (initialised_) SDL_Quit();
}

std::string Platform::open(Where where, const std::string& title, int width, int height) {
    where_ = where;
    if (where == Where::offscreen) {
        // Mesa draws in software; the platform name keeps EGL from looking for a display.
        SDL_SetHint("SDL_VIDEODRIVER", "offscreen");
        setenv("SDL_VIDEODRIVER", "offscreen", 1);
        setenv("SDL_AUDIODRIVER", "dummy", 1);
        // The same picture on every machine: no hardware, one rasteriser.
        setenv("LIBGL_ALWAYS_SOFTWARE", "1", 0);
    }
#ifdef SDL_HINT_IME_SHOW_UI
    SDL_SetHint(SDL_HINT_IME_SHOW_UI, "1");
#endif
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return fmt::format("SDL cannot start: {}", SDL_GetError());
    initialised_ = true;
    // Without a display SDL takes a driver that shows nothing, and the window would wait for ever for a person.
    const std::string driver = SDL_GetCurrentVideoDriver() ? SDL_GetCurrentVideoDriver() : "";
    if (where == Where::screen && (driver == "offscreen" || driver == "dummy" || driver == "evdev"))
        return fmt::format("cannot open a window: no display answers ({} leads nowhere)",
                           std::getenv("DISPLAY") ? fmt::format("DISPLAY={}", std::getenv("DISPLAY"))
                                                  : std::string("WAYLAND_DISPLAY"));
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
    SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
    SDL_GL_SetAttribute(SDL_GL_ALPHA_SIZE, 8);
    Uint32 flags = SDL_WINDOW_OPENGL;
    if (where == Where::screen) flags |= SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    window_ =
        SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height, flags);
    if (!window_) return fmt::format("cannot open a window: {}", SDL_GetError());
    context_ = SDL_GL_CreateContext(window_);
    if (!context_) return fmt::format("cannot get an OpenGL 3.2 context: {}", SDL_GetError());
    SDL_GL_MakeCurrent(window_, context_);
    SDL_GL_SetSwapInterval(where == Where::screen ? 1 : 0);
    if (where == Where::screen) SDL_SetWindowMinimumSize(window_, 480, 320);
    return {};
}

void Platform::drawable_size(int& width, int& height) const {
    SDL_GL_GetDrawableSize(window_, &width, &height);
}

float Platform::display_scale() const {
    if (where_ == Where::offscreen) return 1;
    int window_width = 0, window_height = 0, pixels_wide = 0, pixels_high = 0;
    SDL_GetWindowSize(window_, &window_width, &window_height);
    drawable_size(pixels_wide, pixels_high);
    const float density =
        window_width > 0 ? static_cast<float>(pixels_wide) / static_cast<float>(window_width) : 1.0f;
    if (density > 1.01f) return density;  // Wayland, macOS: the window's units are already scaled
    float dpi = 96;
    if (SDL_GetDisplayDPI(std::max(0, SDL_GetWindowDisplayIndex(window_)), nullptr, &dpi, nullptr) != 0)
        return 1;
    // X11's figure is a guess from the screen's millimetres: only clear cases count, in quarters.
    return std::clamp(std::floor(dpi / 96.0f * 4.0f) / 4.0f, 1.0f, 4.0f);
}

std::string Platform::save_png(const std::string& path) const {
    int width = 0, height = 0;
    drawable_size(width, height);
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    const std::size_t stride = static_cast<std::size_t>(width) * 3;
    std::vector<unsigned char> rows(stride * static_cast<std::size_t>(height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        const unsigned char* from =
            &pixels[(static_cast<std::size_t>(height) - 1 - y) * static_cast<std::size_t>(width) * 4];
        unsigned char* to = &rows[y * stride];
        for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x)
            std::copy_n(from + x * 4, 3, to + x * 3);
    }
    if (!stbi_write_png(path.c_str(), width, height, 3, rows.data(), static_cast<int>(stride)))
        return fmt::format("cannot write the picture to {}", path);
    return {};
}

}  // namespace ipclab::visualizer
