package dev.verdict.repops.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProgramValidatorTest {
  /// A program of two nodes, `Map` and `Fold`, that a test changes in one place.
  private static final class Draft {
    List<Slot> slots = new ArrayList<>(List.of(new Slot("w", DType.F32, Shape.of(4), 0)));
    List<BoundTensor> data = new ArrayList<>(List.of(new BoundTensor("x", DType.U8, Shape.of(6), Digest.ZERO)));
    List<BoundTensor> constants = new ArrayList<>(List.of(new BoundTensor("c", DType.F32, Shape.of(2), Digest.ZERO)));
    DType dtype = DType.F32;
    String label = "Fold";
    Shape out = Shape.of(2);
    Shape red = Shape.of(3);
    int init = 0;
    List<Input> inputs = new ArrayList<>(List.of(new Input(
        new Source.NodeOutput(0), DType.F32, 4, 0, new long[] {2}, new long[] {1})));
    List<Instruction> body = new ArrayList<>(List.of(
        op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.ACC, 0, 0, 0, 0), op(Opcode.ADD, 1, 0, 0, 0)));

    Program program() {
      Node map = new Node("Map", DType.F32, Shape.of(4), Shape.scalar(), 0,
          List.of(new Input(new Source.State(0), DType.F32, 4, 0, new long[] {1}, new long[0])),
          List.of(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.NEG, 0, 0, 0, 0)));
      return new Program(slots, data, constants, List.of(map, new Node(label, dtype, out, red, init, inputs, body)));
    }

    Draft input(Source source, DType type, long numel, long offset, long[] outStrides, long[] redStrides) {
      inputs.set(0, new Input(source, type, numel, offset, outStrides, redStrides));
      return this;
    }

    Draft body(Instruction... instructions) {
      body = List.of(instructions);
      return this;
    }
  }

  private static Instruction op(Opcode op, int a, int b, int c, int imm) {
    return new Instruction(op, a, b, c, imm);
  }

  private static final Set<String> SEEN = Collections.synchronizedSet(new HashSet<>());

  /// Breaks exactly this rule, and the first message has this text.
  private static void breaks(String rule, Draft draft, String message) {
    breaks(rule, draft.program(), message);
  }

  private static void breaks(String rule, Program program, String message) {
    List<Violation> violations = ProgramValidator.violations(program);
    assertThat(violations).as("violations of %s", rule).isNotEmpty();
    assertThat(violations.stream().map(Violation::rule).collect(Collectors.toSet()))
        .as(violations.toString())
        .containsExactly(rule);
    assertThat(violations.getFirst().toString()).contains(message);
    assertThatThrownBy(() -> ProgramValidator.requireValid(program))
        .isInstanceOfSatisfying(InvalidProgramException.class,
            e -> assertThat(e.violations()).isEqualTo(violations))
        .hasMessageContaining(message);
    SEEN.add(rule);
  }

  private static Draft draft() {
    return new Draft();
  }

  @Test
  void violations_ofTheDraftAndRandomPrograms_areNone() {
    assertThat(ProgramValidator.violations(draft().program())).isEmpty();
    for (long seed = 0; seed < 300; seed++) {
      assertThat(ProgramValidator.violations(RandomPrograms.sample(seed).program())).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void randomPrograms_together_haveEveryOpcodeAndKindOfSource() {
    Set<Opcode> opcodes = new HashSet<>();
    Set<Integer> kinds = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      for (Node node : RandomPrograms.sample(seed).program().nodes()) {
        node.body().forEach(i -> opcodes.add(i.op()));
        node.inputs().forEach(i -> kinds.add(i.source().kind()));
      }
    }
    assertThat(opcodes).containsExactlyInAnyOrder(Opcode.values());
    assertThat(kinds).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void violations_ofOneMutationEach_areOfOneRule() {
    Draft d = draft();
    breaks("counts", new Program(List.of(), List.of(), List.of(), List.of(
        new Node("", DType.I32, Shape.scalar(), Shape.scalar(), 0, List.of(), List.of(op(Opcode.STEP, 0, 0, 0, 0))))),
        "program: number of slots: expected 1 to 65536, found 0");
    breaks("counts", new Program(List.of(new Slot("a", DType.F32, Shape.of(1), Slot.UNCHANGED)), List.of(), List.of(),
        List.of()), "number of nodes");
    d.data = Collections.nCopies(65537, d.data.getFirst());
    breaks("counts", d, "number of data sets: expected 0 to 65536, found 65537");
    d = draft();
    d.constants = Collections.nCopies(65537, d.constants.getFirst());
    breaks("counts", d, "number of constants");

    d = draft();
    d.data.set(0, new BoundTensor("é".repeat(33), DType.U8, Shape.of(6), Digest.ZERO));
    breaks("names", d, "data set 0: name: expected at most 64 bytes of UTF-8, found 66");
    d = draft();
    d.slots.set(0, new Slot("\ud800", DType.F32, Shape.of(4), 0));
    breaks("names", d, "slot 0: name");

    d = draft();
    d.constants.set(0, new BoundTensor("c", DType.F32, Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 2), Digest.ZERO));
    breaks("bound-shapes", d, "constant 0 'c': rank: expected at most 8, found 9");
    d = draft();
    d.data.set(0, new BoundTensor("x", DType.U8, Shape.of((1L << 40) + 1), Digest.ZERO));
    breaks("bound-shapes", d, "data set 0 'x': number of elements: expected at most 2^40");

    d = draft();
    d.slots.set(0, new Slot("w", DType.F32, Shape.of(4), 2));
    breaks("slot-next", d, "slot 0 'w': next value: expected a node below 2, found node 2");
    d.slots.set(0, new Slot("w", DType.F32, Shape.of(4), -2));
    breaks("slot-next", d, "found node 4294967294");
    d.slots.set(0, new Slot("w", DType.F32, Shape.of(4), 1));
    breaks("slot-next", d, "slot 0 'w': next value, node 1 Fold: expected F32[4], found F32[2]");
    d.slots.set(0, new Slot("w", DType.F32, Shape.of(2, 2), 0));
    breaks("slot-next", d, "expected F32[2,2], found F32[4]");

    d = draft();
    d.label = "x".repeat(33);
    breaks("label", d, "label: expected at most 32 characters, found 33");
    d.label = "Größe";
    breaks("label", d, "label: expected ASCII");

    d = draft();
    d.out = Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 2);
    d.input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[9], new long[1]);
    breaks("rank", d, "node 1 Fold: rank of the output: expected at most 8, found 9");
    d = draft();
    d.red = Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 2);
    d.input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[1], new long[9]);
    breaks("rank", d, "rank of the reduction");

    d = draft();
    d.out = Shape.of((1L << 40) + 1);
    breaks("numel", d, "number of output elements");
    d = draft();
    d.red = Shape.of(1L << 20, (1L << 12) + 1);
    d.input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[1], new long[2]);
    breaks("fold-length", d, "length of the fold: expected at most 2^32");

    d = draft();
    d.red = Shape.scalar();
    d.init = 1;
    d.input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[1], new long[0]).body(op(Opcode.LOAD, 0, 0, 0, 0));
    breaks("init", d, "init of a node without a fold: expected 0, found 0x1");
    d = draft();
    d.init = 0xffc00000;
    breaks("init", d, "init that is a NaN: expected 0x7fc00000, found 0xffc00000");
    d = draft();
    d.dtype = DType.U8;
    d.init = 256;
    d.body(op(Opcode.ACC, 0, 0, 0, 0));
    breaks("init", d, "init of a u8 fold: expected 0 to 255, found 0x100");

    d = draft();
    d.inputs = Collections.nCopies(17, d.inputs.getFirst());
    breaks("input-count", d, "number of inputs: expected at most 16, found 17");

    long[] one = {0};
    breaks("source", draft().input(new Source.NodeOutput(1), DType.F32, 4, 0, one, one),
        "node 1 Fold, input 0: reads a node that isn't an earlier one: expected an index below 1");
    breaks("source", draft().input(new Source.NodeOutput(-1), DType.F32, 4, 0, one, one), "an index below 1");
    breaks("source", draft().input(new Source.State(1), DType.F32, 4, 0, one, one), "the program doesn't have");
    breaks("source", draft().input(new Source.Data(1), DType.F32, 4, 0, one, one), "the program doesn't have");
    breaks("source", draft().input(new Source.Const(1), DType.F32, 4, 0, one, one), "the program doesn't have");

    breaks("source-type", draft().input(new Source.NodeOutput(0), DType.F32, 5, 0, one, one),
        "number of elements, reading NodeOutput[index=0]: expected 4, found 5");
    breaks("source-type", draft().input(new Source.Data(0), DType.F32, 6, 0, one, one), "expected U8, found F32");
    breaks("source-type", draft().input(new Source.Const(0), DType.F32, 1, 0, one, one), "expected 2, found 1");
    breaks("source-type", draft().input(new Source.State(0), DType.F32, -4, 0, one, one), "expected 4, found -4");

    breaks("stride-ranks", draft().input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[2], one),
        "strides of output dimensions: expected 1, found 2");
    breaks("stride-ranks", draft().input(new Source.NodeOutput(0), DType.F32, 4, 0, one, new long[0]),
        "strides of reduction dimensions: expected 1, found 0");

    breaks("flat-index", draft().input(new Source.NodeOutput(0), DType.F32, 4, Long.MAX_VALUE, new long[] {1}, one),
        "flat index: expected to stay in 64 bits");
    breaks("flat-index", draft().input(new Source.NodeOutput(0), DType.F32, 4, Long.MIN_VALUE, one, new long[] {-1}),
        "flat index");
    breaks("flat-index", draft().input(new Source.NodeOutput(0), DType.F32, 4, 0, one, new long[] {1L << 62}),
        "9223372036854775808");

    d = draft();
    d.body = List.of();
    breaks("body-length", d, "length of the body: expected 1 to 64 instructions, found 0");
    d.body = Collections.nCopies(65, op(Opcode.LOAD, 0, 0, 0, 0));
    breaks("body-length", d, "found 65");

    breaks("ssa", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.ADD, 0, 1, 0, 0)),
        "instruction 1 ADD: reads a register that isn't an earlier one: expected below r1, found r1");
    breaks("ssa", draft().body(op(Opcode.GATHER, 0, 0, 0, 0)), "expected below r0, found r0");
    breaks("ssa", draft().body(op(Opcode.STEP, 0, 0, 0, 0), op(Opcode.SELECT, 0, 1, 0, 0)), "found r1");

    breaks("input-operand", draft().body(op(Opcode.LOAD, 1, 0, 0, 0)),
        "instruction 0 LOAD: reads an input that isn't there: expected below 1, found 1");
    breaks("input-operand", draft().body(op(Opcode.STEP, 0, 0, 0, 0), op(Opcode.GATHER, 9, 0, 0, 0)), "found 9");

    breaks("index-operand", draft().body(op(Opcode.INDEX, 2, 0, 0, 0), op(Opcode.ITOF, 0, 0, 0, 0)),
        "instruction 0 INDEX: dimension: expected below 2, found 2");

    d = draft();
    d.red = Shape.scalar();
    d.input(new Source.NodeOutput(0), DType.F32, 4, 0, new long[1], new long[0]);
    breaks("acc", d, "instruction 1 ACC: reads an accumulator: expected a reduction shape, found none");

    breaks("unused-fields", draft().body(op(Opcode.LOAD, 0, 0, 0, 7)), "found a=0 b=0 c=0 imm=7");
    breaks("unused-fields", draft().body(op(Opcode.LOAD, 0, 1, 0, 0)), "b=1");
    breaks("unused-fields", draft().body(op(Opcode.ACC, 1, 0, 0, 0)), "a=1");
    breaks("unused-fields", draft().body(op(Opcode.CONST_F, 0, 0, 1, 0)), "c=1");
    breaks("unused-fields", draft().body(op(Opcode.STEP, 0, 0, 0, 0), op(Opcode.GATHER, 0, 0, 1, 0)), "c=1");
    breaks("unused-fields", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.NEG, 0, 0, 0, -1)), "imm=-1");
    breaks("unused-fields", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.MUL, 0, 0, 1, 0)), "c=1");

    breaks("const-nan", draft().body(op(Opcode.CONST_F, 0, 0, 0, 0x7f800001)), "found 0x7f800001");

    breaks("operand-types", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.ITOF, 0, 0, 0, 0)),
        "instruction 1 ITOF: type of r0: expected I64, found F32");
    breaks("operand-types", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.GATHER, 0, 0, 0, 0)), "expected I64");
    breaks("operand-types", draft().body(op(Opcode.LOAD, 0, 0, 0, 0), op(Opcode.SELECT, 0, 0, 0, 0)), "expected I64");
    breaks("operand-types", draft().body(op(Opcode.STEP, 0, 0, 0, 0), op(Opcode.LOAD, 0, 0, 0, 0),
        op(Opcode.SELECT, 0, 1, 0, 0)), "type of r0: expected F32, found I64");

    breaks("result-type", draft().body(op(Opcode.STEP, 0, 0, 0, 0)),
        "type of the result, which is stored as F32: expected F32, found I64");

    assertThat(SEEN)
        .containsExactlyInAnyOrderElementsOf(ProgramValidator.RULES.stream().map(ProgramValidator.Rule::name).toList());
    assertThat(ProgramValidator.RULES).allSatisfy(rule -> assertThat(rule.why()).isNotBlank());
  }

  @Test
  void violations_manyAtOnce_areAllListed() {
    Draft d = draft();
    d.label = "x".repeat(40);
    d.init = 0x7f800001;
    d.body(op(Opcode.LOAD, 3, 0, 0, 0), op(Opcode.ADD, 0, 9, 0, 0));
    assertThat(ProgramValidator.violations(d.program()).stream().map(Violation::rule))
        .containsExactly("label", "init", "ssa", "input-operand");
  }

  @Test
  void requireValid_hundredsOfViolations_listsTheFirstTwenty() {
    Draft d = draft();
    d.slots = Collections.nCopies(300, new Slot("w", DType.F32, Shape.of(4), 9));
    assertThatThrownBy(() -> ProgramValidator.requireValid(d.program()))
        .isInstanceOfSatisfying(InvalidProgramException.class, e -> {
          assertThat(e.violations()).hasSize(300);
          assertThat(e.getMessage().lines()).hasSize(21);
        })
        .hasMessageEndingWith("and 280 more");
  }

  @Test
  void violations_ofEveryDecodedMutation_areFoundWithoutThrowing() {
    Random random = new Random(5);
    int invalid = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = ProgramCodec.encode(RandomPrograms.sample(round % 20).program());
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        invalid += ProgramValidator.violations(ProgramCodec.decode(bytes)).isEmpty() ? 0 : 1;
      } catch (MalformedProgramException e) {
        // Refused before.
      }
    }
    assertThat(invalid).isGreaterThan(100);
  }
}
