package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides whether a program is one that a solver or verifier may run (SPEC §3.1, §3.1.1, §3.2): an ordered list of
/// small rules, each of which looks for one thing and says nothing about what another rule refuses.
public final class ProgramValidator {
  public static final int MAX_RANK = 8;
  public static final int MAX_INPUTS = 16;
  public static final int MAX_BODY = 64;
  public static final int MAX_LABEL = 32;
  public static final int MAX_NAME_BYTES = 64;
  public static final long MAX_NUMEL = 1L << 40;
  public static final long MAX_FOLD = 1L << 32;
  public static final int MAX_NODES = 1 << 20;

  /// The most slots, the most data sets and the most constants.
  public static final int MAX_BOUND = 1 << 16;

  /// One rule: its name, why it is there, and the search for what breaks it.
  record Rule(String name, String why, Check check) {}

  @FunctionalInterface
  interface Check {
    void look(Program program, Findings findings);
  }

  /// Collects what a rule finds.
  static final class Findings {
    private final String rule;
    private final List<Violation> into;

    private Findings(String rule, List<Violation> into) {
      this.rule = rule;
      this.into = into;
    }

    void require(boolean ok, String place, String reason, Object expected, @Nullable Object actual) {
      if (!ok) {
        into.add(new Violation(rule, place, reason, expected.toString(), String.valueOf(actual)));
      }
    }
  }

  @FunctionalInterface
  private interface NodeCheck {
    void look(Node node, String place, Findings findings);
  }

  @FunctionalInterface
  private interface InputCheck {
    void look(Program program, int nodeIndex, Node node, Input input, String place, Findings findings);
  }

  @FunctionalInterface
  private interface InstructionCheck {
    void look(Node node, int index, Instruction instruction, String place, Findings findings);
  }

  static final List<Rule> RULES = List.of(
      new Rule("counts", "indices fit their fields, and every vector but data and constants has a leaf",
          ProgramValidator::counts),
      new Rule("names", "a record has a bounded length",
          ProgramValidator::names),
      new Rule("bound-shapes", "a proof can be bounded in length and an index in size",
          ProgramValidator::boundShapes),
      new Rule("slot-next", "the next state has the type of this one",
          ProgramValidator::slotNext),
      new Rule("label", "a record has a bounded length",
          eachNode(ProgramValidator::label)),
      new Rule("rank", "an adjudicator's index arrays are bounded",
          eachNode(ProgramValidator::rank)),
      new Rule("numel", "an index fits in 40 bits",
          eachNode(ProgramValidator::numel)),
      new Rule("fold-length", "a position fits in 32 bits",
          eachNode(ProgramValidator::foldLength)),
      new Rule("init", "an initial value has one encoding",
          eachNode(ProgramValidator::init)),
      new Rule("input-count", "a proof is bounded in length",
          eachNode(ProgramValidator::inputCount)),
      new Rule("source", "nodes stand in topological order",
          eachInput(ProgramValidator::source)),
      new Rule("source-type", "an input is read as what it is",
          eachInput(ProgramValidator::sourceType)),
      new Rule("stride-ranks", "each index has its stride",
          eachInput(ProgramValidator::strideRanks)),
      new Rule("flat-index", "no flat index leaves i64, so that no implementation's overflow can differ",
          eachInput(ProgramValidator::flatIndex)),
      new Rule("body-length", "an adjudicator's work is bounded",
          eachNode(ProgramValidator::bodyLength)),
      new Rule("ssa", "a register is read after it is written",
          eachInstruction(ProgramValidator::ssa)),
      new Rule("input-operand", "LOAD and GATHER read an input that is there",
          eachInstruction(ProgramValidator::inputOperand)),
      new Rule("index-operand", "INDEX names a dimension that is there",
          eachInstruction(ProgramValidator::indexOperand)),
      new Rule("acc", "there is an accumulator in a fold alone",
          eachInstruction(ProgramValidator::acc)),
      new Rule("unused-fields", "an instruction has one encoding",
          eachInstruction(ProgramValidator::unusedFields)),
      new Rule("const-nan", "a constant has one encoding",
          eachInstruction(ProgramValidator::constNan)),
      new Rule("operand-types", "f32 and i64 don't mix",
          eachNode(ProgramValidator::operandTypes)),
      new Rule("result-type", "the result can be stored",
          eachNode(ProgramValidator::resultType)));

  private ProgramValidator() {}

  /// Throws [InvalidProgramException] with all violations where there are any.
  public static void requireValid(Program program) {
    List<Violation> violations = violations(program);
    if (!violations.isEmpty()) {
      throw new InvalidProgramException(violations);
    }
  }

  /// Everything that is wrong with `program`, in the order of the rules; empty where it is valid.
  public static List<Violation> violations(Program program) {
    List<Violation> violations = new ArrayList<>();
    for (Rule rule : RULES) {
      rule.check().look(program, new Findings(rule.name(), violations));
    }
    return List.copyOf(violations);
  }

  /// How messages name node `index`.
  public static String placeOf(int index, Node node) {
    return node.label().isEmpty() ? "node " + index : "node " + index + " " + node.label();
  }

  private static Check eachNode(NodeCheck check) {
    return (program, findings) -> {
      for (int n = 0; n < program.nodes().size(); n++) {
        Node node = program.nodes().get(n);
        check.look(node, placeOf(n, node), findings);
      }
    };
  }

  private static Check eachInput(InputCheck check) {
    return (program, findings) -> {
      for (int n = 0; n < program.nodes().size(); n++) {
        Node node = program.nodes().get(n);
        for (int i = 0; i < node.inputs().size(); i++) {
          check.look(program, n, node, node.inputs().get(i), placeOf(n, node) + ", input " + i, findings);
        }
      }
    };
  }

  private static Check eachInstruction(InstructionCheck check) {
    return eachNode((node, place, findings) -> {
      for (int i = 0; i < node.body().size(); i++) {
        Instruction instruction = node.body().get(i);
        check.look(node, i, instruction, place + ", instruction " + i + " " + instruction.op(), findings);
      }
    });
  }

  // ---- the program -----------------------------------------------------------------------------

  private static void counts(Program p, Findings f) {
    count(f, "slots", p.slots().size(), 1, MAX_BOUND);
    count(f, "data sets", p.data().size(), 0, MAX_BOUND);
    count(f, "constants", p.constants().size(), 0, MAX_BOUND);
    count(f, "nodes", p.nodes().size(), 1, MAX_NODES);
  }

  private static void count(Findings f, String what, int count, int min, int max) {
    f.require(count >= min && count <= max, "program", "number of " + what, min + " to " + max, count);
  }

  private static void names(Program p, Findings f) {
    eachName(p.slots(), "slot", Slot::name, f);
    eachName(p.data(), "data set", BoundTensor::name, f);
    eachName(p.constants(), "constant", BoundTensor::name, f);
  }

  private static <T> void eachName(List<T> records, String what, Function<T, String> name, Findings f) {
    for (int i = 0; i < records.size(); i++) {
      String text = name.apply(records.get(i));
      boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(text);
      f.require(encodable, what + " " + i, "name", "Unicode text", "a lone surrogate");
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      f.require(length <= MAX_NAME_BYTES, what + " " + i, "name",
          "at most " + MAX_NAME_BYTES + " bytes of UTF-8", length);
    }
  }

  private static void boundShapes(Program p, Findings f) {
    for (int i = 0; i < p.slots().size(); i++) {
      boundShape("slot " + i + " '" + p.slots().get(i).name() + "'", p.slots().get(i).shape(), f);
    }
    for (int i = 0; i < p.data().size(); i++) {
      boundShape("data set " + i + " '" + p.data().get(i).name() + "'", p.data().get(i).shape(), f);
    }
    for (int i = 0; i < p.constants().size(); i++) {
      boundShape("constant " + i + " '" + p.constants().get(i).name() + "'", p.constants().get(i).shape(), f);
    }
  }

  private static void boundShape(String place, Shape shape, Findings f) {
    f.require(shape.rank() <= MAX_RANK, place, "rank", "at most " + MAX_RANK, shape.rank());
    f.require(shape.numel() <= MAX_NUMEL, place, "number of elements", "at most 2^40", shape.numel());
  }

  private static void slotNext(Program p, Findings f) {
    for (int i = 0; i < p.slots().size(); i++) {
      Slot slot = p.slots().get(i);
      String place = "slot " + i + " '" + slot.name() + "'";
      if (slot.next() == Slot.UNCHANGED) {
        continue;
      }
      boolean exists = slot.next() >= 0 && slot.next() < p.nodes().size();
      f.require(exists, place, "next value", "a node below " + p.nodes().size(),
          "node " + Integer.toUnsignedString(slot.next()));
      if (exists) {
        Node node = p.nodes().get(slot.next());
        f.require(node.dtype() == slot.dtype() && node.out().equals(slot.shape()), place,
            "next value, " + placeOf(slot.next(), node), slot.dtype().toString() + slot.shape(),
            node.dtype().toString() + node.out());
      }
    }
  }

  // ---- a node ----------------------------------------------------------------------------------

  private static void label(Node node, String place, Findings f) {
    f.require(node.label().length() <= MAX_LABEL, place, "label", "at most " + MAX_LABEL + " characters",
        node.label().length());
    f.require(node.label().chars().allMatch(c -> c < 0x80), place, "label", "ASCII", node.label());
  }

  private static void rank(Node node, String place, Findings f) {
    f.require(node.out().rank() <= MAX_RANK, place, "rank of the output", "at most " + MAX_RANK, node.out().rank());
    f.require(node.red().rank() <= MAX_RANK, place, "rank of the reduction", "at most " + MAX_RANK, node.red().rank());
  }

  private static void numel(Node node, String place, Findings f) {
    f.require(node.out().numel() <= MAX_NUMEL, place, "number of output elements", "at most 2^40",
        node.out().numel());
  }

  private static void foldLength(Node node, String place, Findings f) {
    f.require(node.foldLength() <= MAX_FOLD, place, "length of the fold", "at most 2^32", node.foldLength());
  }

  private static void init(Node node, String place, Findings f) {
    int bits = node.initBits();
    String hex = "0x" + Integer.toHexString(bits);
    if (!node.hasFold()) {
      f.require(bits == 0, place, "init of a node without a fold", "0", hex);
    } else if (node.dtype() == DType.U8) {
      f.require((bits & ~0xff) == 0, place, "init of a u8 fold", "0 to 255", hex);
    } else if (node.dtype() == DType.F32) {
      f.require(isCanonical(bits), place, "init that is a NaN", "0x7fc00000", hex);
    }
  }

  private static boolean isCanonical(int floatBits) {
    return !Float.isNaN(Float.intBitsToFloat(floatBits)) || floatBits == Tensor.CANONICAL_NAN;
  }

  private static void inputCount(Node node, String place, Findings f) {
    f.require(node.inputs().size() <= MAX_INPUTS, place, "number of inputs", "at most " + MAX_INPUTS,
        node.inputs().size());
  }

  private static void bodyLength(Node node, String place, Findings f) {
    f.require(!node.body().isEmpty() && node.body().size() <= MAX_BODY, place, "length of the body",
        "1 to " + MAX_BODY + " instructions", node.body().size());
  }

  private static void resultType(Node node, String place, Findings f) {
    if (!node.body().isEmpty()) {
      RegisterType result = BodyTypes.infer(node).getLast();
      RegisterType expected = RegisterType.of(node.dtype());
      f.require(result == null || result == expected, place, "type of the result, which is stored as " + node.dtype(),
          expected, result);
    }
  }

  // ---- an input --------------------------------------------------------------------------------

  private static int countOf(Program p, int nodeIndex, Source source) {
    return switch (source) {
      case Source.NodeOutput n -> nodeIndex;
      case Source.State s -> p.slots().size();
      case Source.Data d -> p.data().size();
      case Source.Const c -> p.constants().size();
    };
  }

  private static void source(Program p, int nodeIndex, Node node, Input input, String place, Findings f) {
    int count = countOf(p, nodeIndex, input.source());
    int index = input.source().index();
    String reason = input.source() instanceof Source.NodeOutput
        ? "reads a node that isn't an earlier one" : "reads what the program doesn't have";
    f.require(index >= 0 && index < count, place, reason, "an index below " + count, input.source());
  }

  private static void sourceType(Program p, int nodeIndex, Node node, Input input, String place, Findings f) {
    int index = input.source().index();
    if (index < 0 || index >= countOf(p, nodeIndex, input.source())) {
      return;
    }
    DType dtype = switch (input.source()) {
      case Source.NodeOutput n -> p.nodes().get(index).dtype();
      case Source.State s -> p.slots().get(index).dtype();
      case Source.Data d -> p.data().get(index).dtype();
      case Source.Const c -> p.constants().get(index).dtype();
    };
    Shape shape = switch (input.source()) {
      case Source.NodeOutput n -> p.nodes().get(index).out();
      case Source.State s -> p.slots().get(index).shape();
      case Source.Data d -> p.data().get(index).shape();
      case Source.Const c -> p.constants().get(index).shape();
    };
    f.require(input.dtype() == dtype, place, "dtype, reading " + input.source(), dtype, input.dtype());
    f.require(input.numel() == shape.numel(), place, "number of elements, reading " + input.source(), shape.numel(),
        input.numel());
  }

  private static void strideRanks(Program p, int nodeIndex, Node node, Input input, String place, Findings f) {
    int out = input.outStrides().length;
    int red = input.redStrides().length;
    f.require(out == node.out().rank(), place, "strides of output dimensions", node.out().rank(), out);
    f.require(red == node.red().rank(), place, "strides of reduction dimensions", node.red().rank(), red);
  }

  private static void flatIndex(Program p, int nodeIndex, Node node, Input input, String place, Findings f) {
    long[] strides = concat(input.outStrides(), input.redStrides());
    long[] dims = concat(node.out().dims(), node.red().dims());
    if (input.outStrides().length != node.out().rank() || input.redStrides().length != node.red().rank()) {
      return;
    }
    BigInteger low = BigInteger.valueOf(input.offset());
    BigInteger high = low;
    for (int d = 0; d < dims.length; d++) {
      BigInteger reach = BigInteger.valueOf(strides[d]).multiply(BigInteger.valueOf(dims[d] - 1));
      if (reach.signum() < 0) {
        low = low.add(reach);
      } else {
        high = high.add(reach);
      }
    }
    f.require(low.bitLength() < Long.SIZE && high.bitLength() < Long.SIZE, place, "flat index",
        "to stay in 64 bits", low + " to " + high);
  }

  private static long[] concat(long[] a, long[] b) {
    long[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  // ---- an instruction --------------------------------------------------------------------------

  private static void ssa(Node node, int index, Instruction i, String place, Findings f) {
    for (int register : i.registers()) {
      f.require(register < index, place, "reads a register that isn't an earlier one", "below r" + index,
          "r" + register);
    }
  }

  private static void inputOperand(Node node, int index, Instruction i, String place, Findings f) {
    if (i.op() == Opcode.LOAD || i.op() == Opcode.GATHER) {
      f.require(i.a() < node.inputs().size(), place, "reads an input that isn't there",
          "below " + node.inputs().size(), i.a());
    }
  }

  private static void indexOperand(Node node, int index, Instruction i, String place, Findings f) {
    int dimensions = node.out().rank() + node.red().rank();
    f.require(i.op() != Opcode.INDEX || i.a() < dimensions, place, "dimension", "below " + dimensions, i.a());
  }

  private static void acc(Node node, int index, Instruction i, String place, Findings f) {
    f.require(i.op() != Opcode.ACC || node.hasFold(), place, "reads an accumulator", "a reduction shape", "none");
  }

  private static void unusedFields(Node node, int index, Instruction i, String place, Findings f) {
    f.require(i.isCanonical(), place, "fields that the opcode doesn't use", "0",
        "a=" + i.a() + " b=" + i.b() + " c=" + i.c() + " imm=" + i.imm());
  }

  private static void constNan(Node node, int index, Instruction i, String place, Findings f) {
    f.require(i.op() != Opcode.CONST_F || isCanonical(i.imm()), place, "constant that is a NaN", "0x7fc00000",
        "0x" + Integer.toHexString(i.imm()));
  }

  private static void operandTypes(Node node, String place, Findings f) {
    List<@Nullable RegisterType> types = BodyTypes.infer(node);
    for (int index = 0; index < node.body().size(); index++) {
      Instruction i = node.body().get(index);
      List<@Nullable RegisterType> expected = BodyTypes.expected(i, types.subList(0, index));
      int[] registers = i.registers();
      for (int r = 0; r < registers.length; r++) {
        RegisterType actual = registers[r] < index ? types.get(registers[r]) : null;
        RegisterType due = expected.get(r);
        if (actual != null && due != null) {
          f.require(actual == due, place + ", instruction " + index + " " + i.op(), "type of r" + registers[r], due,
              actual);
        }
      }
    }
  }
}
