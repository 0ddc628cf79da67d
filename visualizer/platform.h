// The window and its OpenGL context, by SDL2: on the screen, or off it for pictures.
#pragma once

#include <SDL.h>

#include <optional>
#include <string>

namespace ipclab::visualizer {

class Platform {
  public:
    enum class Where : std::uint8_t { screen, offscreen };
    Platform() = default;
    ~Platform();
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    /// Opens a window of that size (offscreen: exactly that many pixels). Empty, or why it could not.
    std::string open(Where where, const std::string& title, int width, int height);
    /// Pixels of the drawing area; the window's own size in its units may differ (high density).
    void drawable_size(int& width, int& height) const;
    /// Pixels for one unit of 96 dpi, from the display; 1 offscreen.
    float display_scale() const;
    SDL_Window* window() const { return window_; }
    SDL_GLContext context() const { return context_; }
    /// Writes what was drawn (before it is shown) as a PNG. Empty, or why it could not.
    std::string save_png(const std::string& path) const;

  private:
    SDL_Window* window_ = nullptr;
    SDL_GLContext context_ = nullptr;
    bool initialised_ = false;
    Where where_ = Where::screen;
};

/// The value of DISPLAY or WAYLAND_DISPLAY says whether there may be a display at all.
bool has_display();

}  // namespace ipclab::visualizer
