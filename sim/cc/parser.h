// The parser: tokens to typed trees. One class, its members grouped by the file that defines them; each parse function
// carries its grammar rule. Types are checked and conversions inserted while parsing.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/cc/ast.h"
#include "sim/cc/language.h"
#include "sim/cc/preprocess.h"

namespace ipclab::cc {

struct Binding {
    enum class Kind : std::uint8_t { object, type, enumerator, tag };
    Kind kind = Kind::object;
    std::uint32_t depth = 0;
    Binding* outer = nullptr;  ///< what it hides
    Ident* ident = nullptr;
    Obj* object = nullptr;
    Type* type = nullptr;
    std::int64_t value = 0;
    bool is_used = false;  ///< a type that something has been declared with
    Span span;
};

struct Attributes {
    bool packed = false, is_noreturn = false, warn_unused_result = false, is_weak = false, is_trusted = false;
    bool is_constructor = false, is_destructor = false;
    bool is_unused = false;      ///< or `used`: nobody need mention it
    bool falls_through = false;  ///< __attribute__((fallthrough));
    int priority = 65535;
    std::uint32_t aligned = 0;
    FormatAttribute format;
};

struct DeclSpec {
    Type* type = nullptr;
    bool is_typedef = false, is_static = false, is_extern = false, is_inline = false, is_register = false,
         is_thread_local = false;
    bool implicit_int = false, auto_type = false, defines_tag = false;
    bool empty = true;        ///< nothing but attributes
    bool unfinished = false;  ///< the semicolon behind a structure is missing, which has been reported
    Attributes attributes;
    Span span;
};

struct Declarator {
    Ident* name = nullptr;
    Type* type = nullptr;
    Span span;                         ///< of the name, or where it would be
    FunctionInfo* function = nullptr;  ///< of the function declarator next to the name
    std::vector<Parameter> old_style;  ///< K&R parameter names
    std::uint8_t array_qualifiers = 0;  ///< of a parameter: int a[const 5]
    Attributes attributes;
};

/// What takes each function when it has been parsed.
class ParseSink {
  public:
    virtual ~ParseSink() = default;
    virtual void function(FunctionBody& body) = 0;
};

class Parser {
  public:
    Parser(Session& session, Arena& arena, Interner& interner, Types& types, const Preprocessor& preprocessor,
           std::vector<Token> tokens, ParseSink& sink);

    /// translation-unit = external-declaration*
    void run();
    const std::vector<Obj*>& globals() const { return globals_; }
    /// For prototypes of library functions that the program calls without a declaration.
    Type* function_type_of(Ident* name);
    /// The library's functions whose results should be used, by name, sorted.
    static std::span<const std::string_view> results_wanted();

    /// The value of an address constant: object + addend; object null for a plain number.
    struct Address {
        Obj* object = nullptr;
        std::int64_t addend = 0;
    };
    static bool evaluate_address(const Node* node, Address& out);

  private:
    struct SyntaxError {};
    struct UnclosedFunction {};  ///< a definition begins inside another function: the file goes on there
    class Nesting;

    // --- parser.cpp: tokens, scopes, recovery
    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
    }
    Tok kind() const { return tokens_[at_].kind; }
    Span here() const { return tokens_[at_].span; }
    Span previous() const { return tokens_[at_ ? at_ - 1 : 0].span; }
    bool is(Tok k) const { return kind() == k; }
    bool peek_back(Tok k) const { return at_ > 0 && tokens_[at_ - 1].kind == k; }
    bool eat(Tok k);
    void advance() { at_ += at_ + 1 < tokens_.size(); }
    void expect(Tok k, std::string_view context);
    void expect_closing(Tok k, Span open, std::string_view context);
    void expect_semicolon(std::string_view context);
    [[noreturn]] void syntax_error(Span span, std::string message);
    std::string found() const;
    void skip_to_recovery();
    void skip_balanced();
    void error(Span span, std::string message) { session_.error(span, std::move(message)); }
    void warn(Span span, const char* option, std::string message) { session_.warning(span, option, std::move(message)); }
    [[noreturn]] void unsupported(Span span, std::string_view what);
    [[noreturn]] void unsupported(Span span, Refused what) { unsupported(span, refused_text(what)); }
    void enter_scope();
    void leave_scope();
    Binding* bind(Ident* ident, Binding::Kind kind, Span span);
    Binding* bind_at_file_scope(Ident* ident, Binding::Kind kind, Span span);
    static Binding* file_binding(Ident* ident);
    bool at_file_scope() const { return scope_starts_.size() == 1; }
    std::string suggest_name(std::string_view wrong, bool types_only);

    // --- parse_types.cpp: specifiers, structures, enumerations, attributes
    bool starts_type(const Token& token) const;
    bool starts_type() const { return starts_type(peek()); }
    DeclSpec declaration_specifiers(bool allow_storage);
    bool specifier(DeclSpec& spec, std::uint32_t& counts, std::uint8_t& qualifiers, bool allow_storage);
    void storage_class(DeclSpec& spec, bool allow_storage);
    Type* type_specifier(DeclSpec& spec);
    Type* basic_type(std::uint32_t counts, Span span);
    Type* atomic_specifier();
    Type* tagged_type(Tok keyword, Ident* tag, bool declares, Span span);
    void missing_semicolon(DeclSpec& spec, std::string_view what);
    Type* record_specifier(DeclSpec& spec);
    void record_members(Record* record, Type* type, std::uint32_t pack, const Attributes& before);
    void record_member(Record* record, std::vector<Member>& members, std::vector<std::uint32_t>& aligns);
    void member_declarators(const DeclSpec& spec, std::vector<Member>& members, std::vector<std::uint32_t>& aligns);
    void bitfield_width(Member& member);
    void check_member(const Member& member);
    void finish_record(Record* record, Type* type, std::vector<Member>& members, const std::vector<std::uint32_t>& aligns,
                       std::uint32_t pack, const Attributes& attributes);
    void check_duplicate_members(const std::vector<Member>& members);
    Type* enum_specifier(DeclSpec& spec);
    void enumerators(EnumInfo* info, Type* type, Attributes& attributes);
    void finish_enumeration(EnumInfo* info, Type* type, const std::vector<Binding*>& bindings, bool packed);
    void attributes(Attributes& out);
    void attribute(Attributes& out);
    void format_attribute(Attributes& out);
    std::uint32_t checked_alignment(std::int64_t value, Span span);
    std::uint32_t alignas_specifier();
    Type* typeof_specifier();
    Type* unknown_type();
    bool looks_like_unknown_type() const;
    std::uint32_t current_pack() const;

    // --- parse_declarators.cpp
    struct Chunk {
        enum class Kind : std::uint8_t { pointer, array, function };
        Kind kind = Kind::pointer;
        std::uint8_t qualifiers = 0;
        Node* length = nullptr;  ///< array: null for [] and [*]
        bool star = false;
        FunctionInfo* function = nullptr;
        Span span;
    };
    enum class Naming : std::uint8_t { required, optional, abstract };
    Declarator declarator(Type* base, Naming naming);
    void declarator_chunks(std::vector<Chunk>& apply, Declarator& out, Naming naming);
    std::uint8_t qualifiers();
    Chunk array_suffix();
    Chunk function_suffix(Declarator& out, bool next_to_name);
    void parameter_list(FunctionInfo* info);
    void identifier_list(std::vector<Parameter>& names);
    bool opens_parameters() const;
    Parameter parameter();
    Obj* parameter_object(Ident* name, Type* type, Span span);
    bool too_deep(const Type* type, Span span);
    Type* apply_chunk(Type* base, const Chunk& chunk);
    Type* array_of(Type* element, const Chunk& chunk);
    Type* type_name_();
    Type* adjust_parameter(Type* type);

    // --- parse_declarations.cpp
    void external_declaration();
    void declaration(DeclSpec& spec, std::vector<Stmt*>* statements);
    void empty_declaration(const DeclSpec& spec, std::vector<Stmt*>* statements);
    void declare(DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements);
    bool begins_function_body(const Declarator& d) const;
    [[noreturn]] void function_in_function(const DeclSpec& spec, const Declarator& d);
    Binding* declared_here(Ident* name) const;
    bool check_redeclaration(Ident* name, Span span);
    void note_before(Span span);
    void typedef_declaration(const DeclSpec& spec, const Declarator& d, std::vector<Stmt*>* statements);
    void function_definition(const DeclSpec& spec, Declarator& d);
    void old_style_parameters(Declarator& d);
    void old_style_declaration(Declarator& d);
    void bind_parameters(Declarator& d, FunctionBody& body);
    void begin_function(Obj* function);
    void check_main(const Obj* function);
    bool check_old_style(const Obj* known, Type* type, Span span);
    Obj* declare_function(const DeclSpec& spec, const Declarator& d, bool definition);
    void global_variable(const DeclSpec& spec, const Declarator& d);
    void local_variable(const DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements);
    void static_local(const DeclSpec& spec, const Declarator& d);
    Obj* linked_variable(const DeclSpec& spec, const Declarator& d);
    void auto_type_variable(const DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements);
    void merge_attributes(Obj* object, const Attributes& a, const Attributes& b);
    bool check_object_type(Type* type, Span span, std::string_view name);
    void conflict(const Obj* object, Type* type, Span span);
    void static_assert_declaration();
    void compute_vla_sizes(Type* type, Span span, std::vector<Stmt*>* statements);
    /// The assignments that compute the sizes of the variable-length arrays in a type, in order.
    void vla_size_nodes(Type* type, Span span, std::vector<Node*>& out);
    Obj* new_global(Ident* name, Type* type, Span span);
    Obj* new_local(Ident* name, Type* type, Span span);
    Obj* string_object(std::string_view bytes, Span span);
    void finish_globals();
    Obj* implicit_function(Ident* ident, Span span);
    Type* library_function_type(std::string_view name);
    std::string advice_on_function(std::string_view name);
    Type* composite(Type* a, Type* b);
    Type* composite_function(Type* a, Type* b);

    // --- parse_initialisers.cpp
    Init* initialiser(Type*& type, bool is_static, Span name);
    void init_object(Type* type, std::uint64_t offset, Node* pending);
    void init_scalar(Type* type, std::uint64_t offset, const Member* bitfield, Node* pending);
    std::uint64_t init_braced(Type* type, std::uint64_t offset);
    bool is_zero_list() const;
    std::uint64_t init_items(Type* type, std::uint64_t offset, Span open);
    std::uint64_t init_elided(Type* type, std::uint64_t offset, std::uint64_t from, Node* pending);
    void init_designated(Type* type, std::uint64_t offset, std::uint64_t& index, bool top);
    void designate_index(Type* type, std::uint64_t offset, std::uint64_t& index, bool top);
    void designate_member(Type* type, std::uint64_t offset, std::uint64_t& index, bool top);
    bool init_string(Type* type, std::uint64_t offset);
    void init_element(Type* type, std::uint64_t offset, std::uint64_t index, Node* pending);
    std::uint64_t element_count(const Type* type) const;
    std::uint64_t skip_unnamed(const Type* type, std::uint64_t index) const;
    void add_entry(std::uint64_t offset, Type* type, const Member* bitfield, Node* expr);
    void add_zero(std::uint64_t offset, std::uint64_t size);
    bool another_item();
    void add_string(Type* type, std::uint64_t offset, Node* literal);
    bool copy_literal(Type* type, std::uint64_t offset, Node* node);
    void skip_excess(std::string_view of, bool& warned);
    void repeat_entries(std::size_t first, std::uint64_t times, std::uint64_t step, Span span);
    void init_designated_item(Type* type, std::uint64_t offset, std::uint64_t index);
    bool starts_designator() const;
    bool is_string_item(const Type* type) const;
    Type* element_type(const Type* type, std::uint64_t index, std::uint64_t& offset) const;
    void finish_initialiser(Init* init, Type*& type, bool zero_first);

    // --- parse_statements.cpp
    Stmt* statement();
    Stmt* statement_inner();
    void misspelt_keyword();
    Stmt* block(bool own_scope);
    void block_items(std::vector<Stmt*>& items);
    void block_item(std::vector<Stmt*>& items);
    Stmt* if_statement();
    Stmt* loop_body();
    Stmt* while_statement();
    Stmt* do_statement();
    Stmt* for_statement();
    Stmt* switch_statement();
    Stmt* switch_body(Stmt* owner, std::vector<Case>& cases, Type* type);
    void finish_switch(Stmt* node, std::vector<Case>& cases, const Type* type);
    Stmt* case_statement();
    Stmt* default_statement();
    Stmt* jump_statement();
    Stmt* return_statement();
    Stmt* goto_statement();
    Stmt* labelled_statement();
    Stmt* expression_statement();
    Label* label_named(Ident* name, Span span);
    void finish_labels();
    Node* condition(std::string_view of);
    void check_assigned_condition(const Node* node);
    Stmt* make_stmt(StmtKind kind, Span span);

    // --- parse_expressions.cpp
    Node* expression();
    Node* assignment();
    Node* conditional();
    Node* binary(int lowest);
    Node* cast_expression();
    Node* unary();
    Node* postfix_operators(Node* node);
    Node* primary();
    Node* parenthesised();
    Node* sizeof_expression(bool alignment);
    Node* identifier();
    Node* number();
    Node* string_literal();
    Node* compound_literal(Type* type, Span span);
    Node* call(Node* callee);
    void convert_arguments(Node* node, const FunctionInfo& info);
    Node* generic_selection();
    Node* statement_expression(Span open);
    Node* member_access(Node* base, bool arrow, Span op);
    Node* member_path(Node* base, const Record* record, Ident* name, Span span, int depth);
    /// `is_u`: whether its type is unsigned and cannot hold negative values.
    std::int64_t constant_expression(std::string_view what, bool* is_u = nullptr);
    Node* unary_operator(Tok op);
    Node* parenthesised_type(Span open, Type*& type);
    Node* with_vla_sizes(std::vector<Stmt*>& statements, Node* value, Span span);
    Node* undeclared(Ident* name, Span span);
    Node* function_name(Span span);
    Node* default_argument(Node* argument);

    // --- parse_builtins.cpp
    Node* choose_expression();
    Node* types_compatible();
    Node* va_builtin(std::string_view name, Span span);
    Node* bit_builtin(std::string_view name, Span span);
    Node* constant_p(Span span);
    Node* bits_value(std::string_view operation, unsigned bits, Obj* x, Node* first, Span span);
    Node* overflow_builtin(BinaryOp op, std::string_view name, Span span);
    Node* overflow_test(BinaryOp op, Obj* a, Obj* b, Node* result, Span span);
    Node* forwarded_builtin(std::string_view name, Span span);
    /// Of an atomic store, as gcc compiles it on x86-64: what is not sequentially consistent is a plain mov.
    enum class MemoryOrder : std::uint8_t { plain, sequential };
    MemoryOrder memory_order(const Node* order);
    Node* atomic_write(Node* pointer, Node* value, MemoryOrder order, Span span);
    Node* atomic_exchange(Node* pointer, Node* value, Span span);
    Node* atomic_loop(Node* pointer, Type* type, BinaryOp op, bool nand, Node* value, bool return_new, Span span);
    Node* as_long(Node* value);
    Node* sequence(std::vector<Node*> parts, Span span);
    Node* new_value(Type* type, BinaryOp op, bool nand, Node* old, Node* value, Span span);
    Node* builtin_call(Ident* name, Span span);
    Node* atomic_builtin(std::string_view name, Span span);
    Node* sync_builtin(std::string_view name, Span span);
    Node* ipclab_builtin(std::string_view name, Span span);
    Node* simple_builtin(std::string_view name, Span span);
    Node* offsetof_();
    Node* va_arg_();
    Node* va_list_argument(Node* node);
    std::vector<Node*> builtin_arguments(std::string_view name, std::size_t least, std::size_t most, Span& span);
    Node* intrinsic(vm::Intrinsic id, Type* type, std::vector<Node*> arguments, Span span);
    Node* with_temporary(Node* value, Obj*& temporary);
    Node* atomic_fetch(BinaryOp op, bool nand, Node* pointer, Node* value, bool return_new, Span span);
    Node* atomic_cas(Node* pointer, Node* expected, Node* desired, Span span);
    Node* atomic_load(Node* pointer, Type* type, Span span);
    Node* atomic_store(Node* target, Node* value, Span span);
    Node* atomic_compute(Node* target, BinaryOp op, Node* value, bool return_new, Span span);
    Type* atomic_target(Node* pointer, Span span);
    Node* size_node(const Type* type, Span span);

    // --- sema.cpp, sema_operators.cpp: nodes with their types
    Node* make(NodeKind kind, Type* type, Span span);
    Node* unary_node(NodeKind kind, Type* type, Node* lhs, Span span);
    Node* pair_node(NodeKind kind, Type* type, Node* lhs, Node* rhs, Span span);
    Node* number_node(std::int64_t value, Type* type, Span span);
    Node* error_node(Span span);
    Node* variable_node(Obj* object, Span span);
    Node* rvalue(Node* node);
    Node* decayed(Node* array);
    Node* cast(Node* node, Type* type, bool is_implicit);
    Node* explicit_cast(Node* node, Type* type, Span span);
    Node* promote(Node* node);
    Type* promoted_type(const Node* node);
    Type* common_type(const Node* a, const Node* b);
    Node* scalar_condition(Node* node, std::string_view of);
    Node* make_binary(BinaryOp op, Node* lhs, Node* rhs, Span op_span);
    Node* make_arithmetic(BinaryOp op, Node* lhs, Node* rhs, Span op_span);
    Node* make_logical(NodeKind kind, Node* lhs, Node* rhs);
    Node* make_comparison(BinaryOp op, Node* lhs, Node* rhs, Span op_span);
    Node* make_pointer_add(Node* pointer, Node* index, bool subtract, Span op_span);
    Node* make_pointer_difference(Node* lhs, Node* rhs, Span op_span);
    Node* make_conditional(Node* condition, Node* yes, Node* no, Span op_span);
    Node* make_assign(Node* target, Node* value, Span op_span);
    Node* make_op_assign(BinaryOp op, Node* target, Node* value, Span op_span);
    Node* make_increment(Node* target, int step, bool post, Span op_span);
    Node* make_address(Node* node, Span op_span);
    Node* make_deref(Node* node, Span op_span);
    Node* make_unary(NodeKind kind, Node* node, Span op_span);
    Node* make_comma(Node* lhs, Node* rhs);
    Node* convert_assigned(Node* value, Type* to, Span span, std::string_view context);
    void check_pointer_conversion(Type* from, Type* to, Span span, std::string_view context);
    bool check_modifiable(Node* node, Span op_span, std::string_view use);
    void take_address(Node* node);
    Node* sizeof_type(Type* type, Span span);
    bool arithmetic_on_pointer(Type* pointer, Span op_span);
    void set_element_size(Node* node, Type* pointer);
    Node* invalid_operands(Span span, BinaryOp op, Node* lhs, Node* rhs);
    bool fold(BinaryOp op, const Type* type, const Node* a, const Node* b, std::int64_t& out);
    static bool is_null_constant(const Node* node);
    static bool is_lvalue(const Node* node);
    static const Member* bitfield_of(const Node* node);

    // --- constants.cpp
    static const Init* constant_init(const Obj* object);
    Node* constant_value(const Node* place);

    // --- warnings.cpp
    void check_format(const Obj* function, const List<Node*>& arguments);
    void check_conversions(std::string_view text, Span span, const List<Node*>& arguments, std::size_t next, bool scanf);
    void check_unused_value(Node* node);
    void check_truth(const Node* node);
    void check_precedence(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span);
    void check_folded_comparison(BinaryOp op, const Node* rhs, std::size_t rhs_start, Span op_span);
    void check_mixed_logic(NodeKind kind, const Node* lhs, const Node* rhs, Span op_span);

    // --- warnings_unused.cpp
    static void mark_read(Node* node);
    Node* discarded(Node* node);
    void check_unused_locals(const FunctionBody& body);
    void check_unused_global(const Obj* object);

    // --- warnings_compare.cpp
    static bool same_expression(const Node* a, const Node* b);
    void check_comparison(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span);
    bool check_limits(BinaryOp op, const Node* value, const Node* constant, Span op_span);
    void check_sign_compare(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span);
    void check_sign_of_results(const Node* yes, const Node* no);
    void check_negated_side(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span);

    // --- warnings_calls.cpp
    bool wants_result_used(const Obj* function) const;
    void check_library_call(const Obj* function, const List<Node*>& arguments);
    void check_sizes(const Obj* function, const List<Node*>& arguments);
    void check_nulls(const Obj* function, const List<Node*>& arguments);
    void check_function_cast(const Type* from, const Type* to, Span span);
    void check_bounds(const Node* node);
    void check_divisor(BinaryOp op, const Node* divisor, Span op_span);
    void check_returned_address(const Node* value);

    // --- warnings_layout.cpp
    std::size_t screen_column(Span span);
    bool begins_its_line(Span span);
    std::size_t indentation(Span span);
    void note_misplaced_brace(Span open, Span close);
    void tell_misplaced_brace();
    void check_indentation(std::string_view guard, Span guard_span, const Stmt* body, Span body_span);
    void check_empty_body(const Stmt* body, std::string_view what);

    Session& session_;
    Arena& arena_;
    Interner& interner_;
    Types& types_;
    const Preprocessor& preprocessor_;
    std::vector<Token> tokens_;
    ParseSink& sink_;
    std::size_t item_start_ = 0;  ///< the token that the block's current item starts with
    std::size_t at_ = 0;
    int unit_errors_ = session_.errors();  ///< of the units before this one
    int depth_ = 0;

    std::vector<Binding*> bindings_;
    std::vector<std::size_t> scope_starts_;
    std::unordered_map<Ident*, Obj*> externs_;  ///< every object with linkage, visible or not; only looked up
    std::vector<Obj*> globals_;
    std::unordered_map<std::string_view, Obj*> strings_;  ///< only looked up
    std::size_t prototype_scope_ = 0;                     ///< the scope of the parameter list being read, 0: none
    std::vector<Ident*> reported_;
    int advice_count_ = 0;
    Span misplaced_open_{}, misplaced_close_{};  ///< of a block; line 0: there is none

    // The function being parsed.
    Obj* function_ = nullptr;
    bool calls_vfork_ = false;
    std::vector<Obj*> locals_;
    std::unordered_map<Ident*, Label*> labels_;  ///< only looked up
    std::vector<Label*> label_list_;
    Stmt* block_ = nullptr;
    std::vector<Stmt*> switches_;
    std::vector<std::vector<Case>*> switch_cases_;
    std::vector<Type*> switch_types_;
    int loops_ = 0, breakables_ = 0, else_chain_ = 0;
    int unevaluated_ = 0;
    Obj* function_name_ = nullptr;

    // The initialiser being parsed.
    std::vector<InitEntry>* entries_ = nullptr;
    std::uint64_t extent_ = 0;
    std::map<std::uint64_t, const Type*> whole_records_;  ///< by offset: entries that one expression gives whole
    std::uint64_t repeated_entries_ = 0;  ///< by ranges of indexes, in the whole unit
    bool static_init_ = false;
    Ident *main_, *func_, *function_gnu_, *pretty_function_;
};

/// Counts nesting, so that no source can make us recurse without limit.
class Parser::Nesting {
  public:
    explicit Nesting(Parser& parser) : parser_(parser) {
        if (++parser_.depth_ > kMaxNesting) {
            parser_.session_.fatal(parser_.here(), "nested too deeply: the limit is 256 levels");
        }
    }
    ~Nesting() { parser_.depth_--; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

  private:
    Parser& parser_;
};

/// Gives a variable its old value back at the end of a scope, an error's way out included.
template <typename T>
class Restored {
  public:
    explicit Restored(T& variable) : variable_(variable), old_(variable) {}
    ~Restored() { variable_ = old_; }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;

  private:
    T& variable_;
    T old_;
};

/// Canonical form of an integer in the type: sign- or zero-extended.
std::int64_t canonical(std::int64_t value, const Type* type);
/// A floating constant as its type holds it.
long double rounded(long double value, const Type* type);
std::string_view op_text(BinaryOp op);

}  // namespace ipclab::cc
