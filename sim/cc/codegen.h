// The code generator: typed trees to bytecode, function by function as the parser delivers them.
//
// Scalars whose address nobody takes live in registers for the whole function, everything else in its frame. Above the
// locals, registers are a stack of temporaries: each expression leaves its value in a local's register or in the lowest
// free temporary, and frees the others. Nothing is written to a wanted register before all operands have been read, so
// `s = s * 2 + t` needs no copy.
//
// Where C leaves the order of evaluation open, we do what gcc does on x86-64, since programs are compared with it:
// arguments from right to left, but variables in registers last; the left side of an assignment after its right one,
// but before it where that is a call.
#pragma once

#include <initializer_list>
#include <unordered_map>
#include <vector>

#include "sim/cc/module.h"
#include "sim/cc/parser.h"

namespace ipclab::cc {

class Generator : public ParseSink {
  public:
    Generator(Session& session, bool is_library);

    void function(FunctionBody& body) override;
    /// The unit's data, when everything has been parsed; the generator is used up.
    Module finish(const std::vector<Obj*>& globals);

  private:
    using Op = vm::Opcode;
    static constexpr int kAny = -1;

    /// An object's place: a register, or memory at base + index * scale + offset.
    struct Place {
        int reg = -1;    ///< a local's register: the rest is unused
        int base = -1;   ///< register; -1: the address of `symbol`
        int index = -1;  ///< register
        std::int64_t scale = 1, offset = 0;
        int symbol = -1;
        const Member* bitfield = nullptr;
        bool is_packed = false;  ///< of a packed structure: perhaps not aligned
    };
    /// Where a call's unnamed arguments are stored; behind them lies a guard.
    struct ArgumentArea {
        std::int64_t offset = 0;
        std::size_t count = 0;
    };
    struct Fixup {
        std::uint32_t at;
        int label;
    };
    struct Jumps {  ///< of a loop or switch
        int break_label, continue_label;
        std::size_t blocks;  ///< how many blocks were open around it
    };
    /// Registers of locals that may not have been given a value yet, in order.
    using Registers = std::vector<int>;
    struct OpenVariable {
        Obj* object;
        std::size_t index;  ///< into the function's variables
    };

    // --- codegen.cpp: functions, symbols, instructions, labels, registers
    bool generate(FunctionBody& body);
    void place_locals(FunctionBody& body);
    void place_parameter(Obj* object);
    void give_home(Obj* object);
    void store_parameters(FunctionBody& body);
    std::uint32_t symbol_of(Obj* object);
    std::size_t emit(Span span, Op op, int a = 0, int b = 0, int c = 0);
    void emit_unaligned(Span span, Op op, int a, int b, int c);
    std::size_t emit_immediate(Span span, Op op, int a, std::int32_t value);
    void load_constant(Span span, int to, std::int64_t value);
    void load_address(Span span, int to, std::uint32_t symbol, std::int64_t addend);
    int new_label();
    void bind(int label);
    void jump(Span span, int label);
    void jump_if(Span span, Op op, int a, int b, int label);
    void jump_if_zero(Span span, bool zero, int reg, int label);
    bool patch_jumps();
    int temporary();
    int temporaries(int count);
    int settle(Span span, int mark, int reg, int want);
    bool retarget_last(int temporary, int to);
    std::int64_t frame_space(std::uint64_t bytes, std::uint32_t align);
    void free_frame(std::int64_t mark);
    void move(Span span, int to, int from);
    void set_register(int reg);
    void unset_register(Span span, int reg);
    void use_register(Span span, int reg);
    void merge_unset(int label);
    void shade_frame();
    void show_variable(Obj* object, vm::Variable::Place place, std::uint64_t location);
    void close_variables(std::size_t first);

    // --- codegen_statements.cpp
    void statement(Stmt* s);
    void block(Stmt* s);
    void block_open(Stmt* s);
    void block_close(Stmt* s);
    void loop(Stmt* s);
    void switch_statement(Stmt* s);
    void dispatch(Span span, const Case* first, const Case* last, int value, const Type* type, int otherwise);
    void case_jump(const Case& one, int value, const Type* type);
    void jump_out(Stmt* s, int label, std::size_t blocks);
    void check_jump(Span span, std::string_view what, const Stmt* from, std::uint32_t arrays_from, const Stmt* to,
                    std::uint32_t arrays_to);
    void goto_statement(Stmt* s);
    void return_statement(Stmt* s);
    void declare(Stmt* s);
    void initialise(Obj* object, Init* init, Span span);
    void initialise_entry(const Place& object, const InitEntry& entry, Span span);
    int label_of(Label* label);

    // --- codegen_expressions.cpp
    int value(Node* n, int want = kAny);
    int value_inner(Node* n, int want);
    void effect(Node* n);
    void branch(Node* n, int label, bool when);
    void branch_comparison(Node* n, int label, bool when);
    int destination(int mark, int want);
    int binary(Node* n, int want);
    int comparison(Node* n, int want);
    int arithmetic(Span span, BinaryOp op, const Type* type, int a, Node* rhs, int b, int mark, int want);
    int float_arithmetic(Span span, BinaryOp op, const Type* type, int a, int b, int to);
    int unary(Node* n, int want);
    int truth(Node* n, int want);
    int conditional(Node* n, int want);
    int pointer_add(Node* n, int want);
    int scaled_index(Span span, int index, Node* scale_node, std::int64_t scale);
    int pointer_difference(Node* n, int want);
    int convert(Span span, int reg, const Type* from, const Type* to, int want);
    Op narrowing(const Type* to);
    int statement_expression(Node* n, int want, bool want_address);
    int alloca_expression(Node* n, int want);

    // --- codegen_long_double.cpp
    int extended_call(Span span, vm::Intrinsic id, std::initializer_list<int> arguments);
    int extended_result(Span span, vm::Intrinsic id, std::initializer_list<int> arguments, int mark, int want);
    int extended_constant(Span span, long double value, int want);
    int extended_comparison(Span span, BinaryOp op, int a, int b, int mark, int want);
    int extended_arithmetic(Span span, BinaryOp op, int a, int b, int mark, int want);
    int to_extended(Span span, int reg, const Type* from);
    int from_extended(Span span, int reg, const Type* to);
    int float_truth(Span span, const Type* type, int reg);

    // --- codegen_calls.cpp
    int call(Node* n, int want);
    int call_record(Node* n);
    int call_window(Node* n, int hidden);
    void argument(Node* n, int to);
    int unnamed_arguments(Node* n, std::size_t first, ArgumentArea& area);
    ArgumentArea take_argument_area(std::size_t count);
    void unnamed_argument(Node* n, Place slot);
    /// As an instruction's immediate.
    static bool fits16(std::int64_t value) { return value == static_cast<std::int16_t>(value); }
    static bool fits_slot(const Type* type) { return size_of(type) <= 8; }
    static std::size_t slots_of(const Type* type) { return is_long_double(type) ? 2 : 1; }
    int system_call(Node* n, int want);
    int intrinsic(Node* n, int want);
    void start_arguments(Node* n);
    int next_argument(Node* n, int want);
    int next_slot(Node* n);
    /// Values of these types are represented by their addresses.
    static bool is_by_address(const Type* type) { return is_record(type) || is_long_double(type); }

    // --- codegen_memory.cpp: places, loads, stores, records
    Place place(Node* n);
    Place pointed_to(Node* pointer);
    Place place_to_change(Node* n);
    Place object_place(Obj* object);
    Place thread_local_place(Node* n);
    void add_offset(Span span, Place& p, std::int64_t bytes);
    void flatten(Span span, Place& p, std::uint64_t access_bytes);
    int address(Span span, Place p, int want = kAny);
    void may_be_unaligned(const Place& p, const Type* type);
    int load(Span span, Place p, const Type* type, int want);
    void store(Span span, Place p, const Type* type, int reg);
    void reach_unit(Span span, Place& p);
    void load_unit(Span span, const Place& p, std::uint64_t bytes, int to);
    void store_unit(Span span, const Place& p, std::uint64_t bytes, int reg);
    int load_bitfield(Span span, Place p, const Type* type, int want);
    void store_bitfield(Span span, Place p, int reg);
    int bitfield_value(Span span, const Member* field, int reg, int want);
    int assign(Node* n, int want, bool used);
    int op_assign(Node* n, int want, bool used);
    static bool convert_changes(const Type* from, const Type* to);
    int pointer_assign(Node* n, int want, bool used);
    int increment(Node* n, int want, bool used);
    int finish_assignment(Node* n, const Place& p, int result, int mark, int want, bool used);
    int record_address(Node* n);
    void copy(Span span, int to, int from, std::uint64_t bytes);
    void zero(Span span, const Place& p, std::uint64_t bytes);
    Node* without_narrowing(Node* n, std::uint64_t bytes);

    // --- codegen_data.cpp: static objects, types for the window
    void data_object(Obj* object);
    void static_entry(DataObject& out, std::uint64_t base, const InitEntry& entry);
    std::uint32_t type_index(const Type* type);
    vm::TypeInfo describe(const Type* type);

    Session& session_;
    Module module_;
    std::unordered_map<std::uint64_t, std::uint32_t> constants_;  ///< value to its number; only looked up
    std::unordered_map<const Type*, std::uint32_t> types_;        ///< only looked up

    // The function being generated.
    vm::Function code_;
    std::vector<Relocation> relocations_;
    std::vector<std::int64_t> labels_;  ///< instruction, or -1 while not bound
    std::vector<char> label_used_;
    std::vector<Registers> label_unset_;  ///< at the jumps to it
    std::size_t last_bound_ = 0;          ///< the last instruction that a label was bound to
    Registers unset_;                     ///< here
    std::vector<vm::AddressRange> frame_objects_;
    std::vector<ArgumentArea> argument_areas_, free_areas_;
    std::vector<Fixup> fixups_;
    std::vector<Jumps> jumps_;
    std::vector<Stmt*> blocks_;
    std::vector<OpenVariable> open_variables_;
    std::unordered_map<Label*, int> label_numbers_;  ///< only looked up
    Obj* function_ = nullptr;
    int next_ = 0;  ///< lowest free temporary
    int most_ = 0;  ///< registers ever in use
    int result_pointer_ = -1;
    int unnamed_pointer_ = -1;
    std::int64_t frame_ = 0;  ///< bytes of the frame in use
    std::int64_t frame_kept_ = 0;  ///< bytes that stay in use until the function ends
    std::int64_t frame_most_ = 0;
    bool far_jumps_ = false;  ///< conditional jumps do not fit 16 bits: the slower forms
    bool reachable_ = true;
};

}  // namespace ipclab::cc
