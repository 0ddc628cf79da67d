#include "sim/lesson/markdown.h"

#include <md4c.h>

#include <algorithm>

namespace ipclab::lesson {
namespace {

/// What md4c's callbacks build: an open block, a stack of open lists, and the style at this point.
struct Builder {
    struct List {
        bool ordered = false;
        int next = 1;
    };
    Document blocks;
    std::vector<List> lists;
    int strong = 0, emphasis = 0, code = 0, quotes = 0;
    std::vector<std::string> links;
    bool is_open = false;     // blocks.back() takes text
    bool item_opens = false;  // the next paragraph is the first of a list item

    void open(Block::Kind kind, int level) {
        blocks.push_back({});
        blocks.back().kind = kind;
        blocks.back().level = level;
        is_open = true;
    }

    void open_item() {
        List& list = lists.back();
        open(Block::Kind::item, static_cast<int>(lists.size()));
        if (list.ordered) blocks.back().number = list.next++;
        item_opens = true;
    }

    void add(std::string_view text) {
        // In a tight list md4c gives an item's text without a paragraph around it, also behind a nested list.
        if (!is_open)
            open(quotes > 0 ? Block::Kind::quote : Block::Kind::paragraph, static_cast<int>(lists.size()));
        item_opens = false;
        Block& block = blocks.back();
        if (block.kind == Block::Kind::code) {
            block.text += text;
            return;
        }
        const Span style{
            {}, strong > 0, emphasis > 0, code > 0, links.empty() ? std::string{} : links.back()};
        auto& spans = block.spans;
        if (!spans.empty() && spans.back().strong == style.strong &&
            spans.back().emphasis == style.emphasis && spans.back().code == style.code &&
            spans.back().link == style.link) {
            spans.back().text += text;
        } else {
            spans.push_back(style);
            spans.back().text = text;
        }
    }
};

std::string attribute(const MD_ATTRIBUTE& value) {
    return value.text == nullptr ? std::string{} : std::string(value.text, value.size);
}

int enter_block(MD_BLOCKTYPE type, void* detail, void* user) {
    auto& builder = *static_cast<Builder*>(user);
    const int depth = static_cast<int>(builder.lists.size());
    switch (type) {
        case MD_BLOCK_UL:
            builder.lists.push_back({false, 1});
            break;
        case MD_BLOCK_OL:
            builder.lists.push_back(
                {true, static_cast<int>(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start)});
            break;
        case MD_BLOCK_LI:
            builder.open_item();
            break;
        case MD_BLOCK_QUOTE:
            builder.quotes++;
            break;
        case MD_BLOCK_HR:
            builder.open(Block::Kind::rule, depth);
            builder.is_open = false;
            break;
        case MD_BLOCK_H:
            builder.open(Block::Kind::heading,
                         static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level));
            break;
        case MD_BLOCK_CODE:
            builder.open(Block::Kind::code, depth);
            builder.blocks.back().language = attribute(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang);
            break;
        case MD_BLOCK_P:
        case MD_BLOCK_HTML:
            if (builder.item_opens) break;  // the item's block takes its first paragraph
            builder.open(builder.quotes > 0 ? Block::Kind::quote : Block::Kind::paragraph, depth);
            break;
        default:
            break;
    }
    return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
    auto& builder = *static_cast<Builder*>(user);
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) builder.lists.pop_back();
    if (type == MD_BLOCK_QUOTE) builder.quotes--;
    builder.is_open = false;
    builder.item_opens = false;
    return 0;
}

int enter_span(MD_SPANTYPE type, void* detail, void* user) {
    auto& builder = *static_cast<Builder*>(user);
    if (type == MD_SPAN_STRONG) builder.strong++;
    if (type == MD_SPAN_EM) builder.emphasis++;
    if (type == MD_SPAN_CODE) builder.code++;
    if (type == MD_SPAN_A) builder.links.push_back(attribute(static_cast<MD_SPAN_A_DETAIL*>(detail)->href));
    return 0;
}

int leave_span(MD_SPANTYPE type, void*, void* user) {
    auto& builder = *static_cast<Builder*>(user);
    if (type == MD_SPAN_STRONG) builder.strong--;
    if (type == MD_SPAN_EM) builder.emphasis--;
    if (type == MD_SPAN_CODE) builder.code--;
    if (type == MD_SPAN_A) builder.links.pop_back();
    return 0;
}

/// The few entities that a person writes; any other stays as it is written.
std::string_view entity(std::string_view text) {
    if (text == "&amp;") return "&";
    if (text == "&lt;") return "<";
    if (text == "&gt;") return ">";
    if (text == "&quot;") return "\"";
    if (text == "&nbsp;") return "\u00a0";
    return text;
}

int add_text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
    auto& builder = *static_cast<Builder*>(user);
    const std::string_view view(text, size);
    switch (type) {
        case MD_TEXT_BR:
            builder.add("\n");
            break;
        case MD_TEXT_SOFTBR:
            builder.add(" ");
            break;
        case MD_TEXT_NULLCHAR:
            builder.add("\ufffd");
            break;
        case MD_TEXT_ENTITY:
            builder.add(entity(view));
            break;
        default:
            builder.add(view);
            break;
    }
    return 0;
}

}  // namespace

Document parse_markdown(std::string_view text) {
    Builder builder;
    MD_PARSER parser{};
    parser.flags = MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML;
    parser.enter_block = enter_block;
    parser.leave_block = leave_block;
    parser.enter_span = enter_span;
    parser.leave_span = leave_span;
    parser.text = add_text;
    md_parse(text.data(), static_cast<MD_SIZE>(std::min<std::size_t>(text.size(), 1 << 24)), &parser,
             &builder);
    return std::move(builder.blocks);
}

std::string plain_text(const std::vector<Span>& spans) {
    std::string result;
    for (const Span& span : spans) result += span.text;
    return result;
}

}  // namespace ipclab::lesson
