package dev.verdict.repops.exec.cpu;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Composition;
import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;
import dev.verdict.repops.math.Arithmetic;
import dev.verdict.repops.math.Cos;
import dev.verdict.repops.math.Erf;
import dev.verdict.repops.math.Exp;
import dev.verdict.repops.math.Log;
import dev.verdict.repops.math.Sin;
import dev.verdict.repops.math.Tanh;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Writes the JVM code of one node (SPEC §3.1) as a hidden class.
///
/// An instruction is *uniform* where it is the same in all lanes of a strip; such are computed once, as scalars, in
/// `run`, and outside the fold where they don't depend on it. Where there is no lane dimension everything is uniform
/// and the accumulator is a local variable. What differs by lane is computed in one of two ways:
///
/// - *By rows* where it is f32 throughout: each instruction is a call of [VectorRows] for the whole strip, from where
///   the input lies, or from scratch memory off the heap, to scratch memory or the output itself.
/// - *By passes* else: methods of one loop over the lanes, in which every array is indexed by the lane alone, which is
///   what HotSpot's vectoriser wants. LOADs that differ by lane are first copied to arrays. An elementary function
///   ends a pass: its argument's row goes through [dev.verdict.repops.math.Elementary] and the next pass goes on from
///   it.
///
/// What `run` looks like, for a fold with lanes:
///
///     for unit in [from, to):
///       index of each output dimension, lane strip, position in each input
///       uniform instructions and rows that don't depend on the fold
///       fill the accumulators' row
///       for each reduction dimension, outermost first:        // positions advance by their strides
///         uniform instructions and rows that do
///         pass0(rows, scalars, lanes); expRow(row); pass1(…); …
///       store the accumulators' row
final class KernelCompiler {
  private static final ClassDesc SEGMENT = ClassDesc.of(MemorySegment.class.getName());
  private static final ClassDesc ELEMENTS = ClassDesc.of(Elements.class.getName());
  private static final ClassDesc VECTOR_ROWS = ClassDesc.of(VectorRows.class.getName());
  private static final ClassDesc UNIT_LOOP = ClassDesc.of(UnitLoop.class.getName());
  private static final ClassDesc SELF = ClassDesc.of(KernelCompiler.class.getPackageName(), "GeneratedNode");
  private static final ClassDesc MATH = ClassDesc.of(Math.class.getName());
  private static final ClassDesc FLOAT = ClassDesc.of(Float.class.getName());
  private static final ClassDesc ARITHMETIC = ClassDesc.of(Arithmetic.class.getName());
  private static final ClassDesc FLOATS = CD_float.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();

  private final NodePlan plan;
  private final Node node;
  private final List<Instruction> body;
  private final int result;
  private final boolean hasLanes;
  private final boolean[] uniform;
  private final boolean[] alongFold;
  /// The pass that computes an instruction, and the first one that may read it.
  private final int[] pass;
  private final int[] ready;
  private final Rows rows;
  /// Rows of scratch memory off the heap, where vectors are used.
  private int vectorRows;

  private KernelCompiler(NodePlan plan) {
    this.plan = plan;
    this.node = plan.node();
    this.body = node.body();
    this.result = body.size() - 1;
    this.hasLanes = plan.lane() >= 0;
    this.uniform = plan.uniform();
    this.alongFold = new boolean[body.size()];
    this.pass = new int[body.size()];
    this.ready = new int[body.size()];
    analyse();
    this.rows = new Rows();
  }

  /// Compiles the node. Throws [IllegalStateException] where its code exceeds a limit of the JVM.
  static NodeKernel compile(NodePlan plan) {
    Optional<RowFold> rowFold = RowFold.of(plan);
    if (rowFold.isPresent()) {
      return rowFold.get();
    }
    // Not loaded where there are no vectors.
    Optional<NodeKernel> strandFold =
        VectorWidth.BITS == 0 ? Optional.empty() : StrandFold.of(plan).map(NodeKernel.class::cast);
    if (strandFold.isPresent()) {
      return strandFold.get();
    }
    KernelCompiler compiler = new KernelCompiler(plan);
    UnitLoop loop;
    try {
      byte[] bytes = ClassFile.of().build(SELF, compiler::writeClass);
      Class<?> generated = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      loop = (UnitLoop) generated.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException("no JVM code for node '" + plan.node().label() + "': " + e.getMessage(), e);
    }
    long units = plan.units();
    Scratch.Size size = plan.inVectors()
        ? Scratch.Size.ofNativeRows(VectorRows.whole(plan.strip()) * compiler.vectorRows)
        : new Scratch.Size(
            plan.strip(), compiler.rows.floatRows, compiler.rows.longRows, 2 * plan.strip(), 0, 0, 0, 0);
    return new Generated(loop, units, size);
  }

  /// Where a node that is written into another method finds what it reads and leaves its result, all in that method's
  /// local variables; -1 for what there isn't.
  ///
  /// @param segment of each input
  /// @param at of each input the element from which its index counts
  /// @param scalar of each input that is one f32 and has been computed already
  /// @param out where the result is stored
  /// @param outAt the element from which on
  /// @param result takes a result of one element
  /// @param isStored whether the result is more than a row that later members read
  /// @param isInPlace whether an input that is read element by element is where the result goes
  /// @param step the step
  /// @param scratch for rows of vectors
  record Places(
      int[] segment, int[] at, int[] scalar, int out, int outAt, int result, boolean isStored,
      boolean isInPlace, int step, int scratch) {}

  /// Writes the code of `plan`'s node, a map of one element or of one strip of vectors, into another method. How many
  /// rows of its lanes, in whole vectors, it needs of scratch memory.
  static int inline(NodePlan plan, CodeBuilder c, Places places) {
    KernelCompiler compiler = new KernelCompiler(plan);
    compiler.new Run(c, places).writeInlined();
    return compiler.vectorRows;
  }

  private record Generated(UnitLoop loop, long units, Scratch.Size scratch) implements NodeKernel {
    @Override
    public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
      loop.run(step, out, in, scratch.floats(), scratch.longs(), scratch.nativeRows(), from, to);
    }
  }

  // ---- analysis --------------------------------------------------------------------------------

  private void analyse() {
    for (int i = 0; i < body.size(); i++) {
      if (!plan.isLive(i)) {
        continue;
      }
      Instruction x = body.get(i);
      boolean same = uniform[i];
      boolean along = false;
      int earliest = 0;
      for (int r : plan.operands(i)) {
        along |= alongFold[r];
        earliest = Math.max(earliest, uniform[r] ? 0 : ready[r]);
      }
      switch (x.op()) {
        case LOAD -> along = plan.access(x.a()).readsAlongFold();
        case ACC -> along = true;
        case INDEX -> along = plan.indexedRed(x.a()) >= 0;
        default -> {}
      }
      alongFold[i] = along;
      pass[i] = earliest;
      ready[i] = earliest + (!same && x.op().isElementary() ? 1 : 0);
    }
  }

  /// Whether the instruction is read from where it is rather than computed: its row, or a count of the lanes.
  private boolean isLaneLeaf(int i) {
    return switch (body.get(i).op()) {
      case LOAD, ACC, INDEX -> true;
      default -> false;
    };
  }

  private boolean isConstant(int i) {
    Opcode op = body.get(i).op();
    return op == Opcode.CONST_F || op == Opcode.CONST_I;
  }

  /// Which rows of the scratch memory hold what.
  private final class Rows {
    /// The row of an input's lanes; -1 where it has none.
    final int[] input = new int[node.inputs().size()];
    /// The row that hands an instruction from one pass to the next; -1 where none does.
    final int[] spill = new int[body.size()];
    final int accumulator;
    int floatRows;
    int longRows;

    Rows() {
      Arrays.fill(input, -1);
      Arrays.fill(spill, -1);
      accumulator = hasLanes ? next(RegisterType.of(node.dtype())) : -1;
      for (int i = 0; i < body.size(); i++) {
        if (!plan.isLive(i) || uniform[i]) {
          continue;
        }
        Instruction x = body.get(i);
        if (x.op() == Opcode.LOAD && input[x.a()] < 0) {
          input[x.a()] = next(plan.type(i));
        }
        if (x.op().isElementary()) {
          spill[i] = next(RegisterType.F32);
        }
        for (int r : plan.operands(i)) {
          if (!uniform[r] && !isLaneLeaf(r) && spill[r] < 0 && pass[r] < pass[i]) {
            spill[r] = next(plan.type(r));
          }
        }
      }
    }

    private int next(RegisterType type) {
      return type == RegisterType.F32 ? floatRows++ : longRows++;
    }
  }

  // ---- the class -------------------------------------------------------------------------------

  private void writeClass(ClassBuilder c) {
    c.withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC);
    c.withInterfaceSymbols(UNIT_LOOP);
    c.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, code -> code
        .aload(0)
        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
        .return_());
    List<Pass> passes = new ArrayList<>();
    if (hasLanes && !plan.inVectors()) {
      for (int p = 0; p <= ready[result]; p++) {
        passes.add(new Pass(p));
      }
    }
    for (Pass p : passes) {
      c.withMethodBody(p.name(), p.type(), ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC, p::write);
    }
    MethodTypeDesc run = MethodTypeDesc.of(
        CD_void, CD_long, SEGMENT, SEGMENT.arrayType(), FLOATS.arrayType(), LONGS.arrayType(), SEGMENT, CD_long,
        CD_long);
    c.withMethodBody("run", run, ClassFile.ACC_PUBLIC, code -> new Run(code, passes).write());
  }

  private static TypeKind kind(RegisterType type) {
    return type == RegisterType.F32 ? TypeKind.FLOAT : TypeKind.LONG;
  }

  private static ClassDesc desc(RegisterType type) {
    return type == RegisterType.F32 ? CD_float : CD_long;
  }

  private static ClassDesc rowDesc(RegisterType type) {
    return type == RegisterType.F32 ? FLOATS : LONGS;
  }

  // ---- one instruction -------------------------------------------------------------------------

  /// Leaves on the stack the result of an instruction that computes; `push` puts a register there.
  private void compute(CodeBuilder c, Instruction x, IntConsumer push) {
    for (int r : x.registers()) {
      push.accept(r);
    }
    switch (x.op()) {
      case ADD -> c.fadd();
      case SUB -> c.fsub();
      case MUL -> c.fmul();
      case DIV -> c.fdiv();
      case FMA -> c.invokestatic(MATH, "fma", MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float));
      // Rounding twice is harmless here: 53 ≥ 2·24 + 2.
      case SQRT -> c.f2d().invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double)).d2f();
      case NEG -> c.fneg();
      case ABS -> c.invokestatic(MATH, "abs", MethodTypeDesc.of(CD_float, CD_float));
      case MIN -> c.invokestatic(MATH, "min", MethodTypeDesc.of(CD_float, CD_float, CD_float));
      case MAX -> c.invokestatic(MATH, "max", MethodTypeDesc.of(CD_float, CD_float, CD_float));
      case EXP -> elementary(c, Exp.class, "exp");
      case LOG -> elementary(c, Log.class, "log");
      case TANH -> elementary(c, Tanh.class, "tanh");
      case ERF -> elementary(c, Erf.class, "erf");
      case SIN -> elementary(c, Sin.class, "sin");
      case COS -> elementary(c, Cos.class, "cos");
      case FLT -> call(c, "flt", CD_float);
      case FLE -> call(c, "fle", CD_float);
      case FEQ -> call(c, "feq", CD_float);
      case ILT -> call(c, "ilt", CD_long);
      case ILE -> call(c, "ile", CD_long);
      case IEQ -> call(c, "ieq", CD_long);
      case SELECT -> {
        ClassDesc type = desc(plan.type(x.b()));
        c.invokestatic(ELEMENTS, "select", MethodTypeDesc.of(type, CD_long, type, type));
      }
      case IADD -> c.ladd();
      case ISUB -> c.lsub();
      case IMUL -> c.lmul();
      case IDIV -> call(c, "idiv", CD_long);
      case IREM -> call(c, "irem", CD_long);
      case IAND -> c.land();
      case IOR -> c.lor();
      case IXOR -> c.lxor();
      // The JVM takes the low six bits of a distance, as the SPEC has it.
      case ISHL -> c.l2i().lshl();
      case ISHR -> c.l2i().lshr();
      case IUSHR -> c.l2i().lushr();
      case ITOF -> c.l2f();
      case FTOI -> c.f2l();
      case BITS_TO_F -> c.l2i().invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
      case F_TO_BITS -> c.invokestatic(ARITHMETIC, "fToBits", MethodTypeDesc.of(CD_long, CD_float));
      case LOAD, GATHER, ACC, CONST_F, CONST_I, INDEX, STEP ->
          throw new IllegalStateException(x.op() + " is read, not computed");
    }
  }

  private static void elementary(CodeBuilder c, Class<?> function, String name) {
    c.invokestatic(ClassDesc.of(function.getName()), name, MethodTypeDesc.of(CD_float, CD_float));
  }

  /// The method of [Elements] that applies an elementary function to a row.
  private static String rowMethod(Opcode op) {
    return op.name().toLowerCase(Locale.ROOT) + "Row";
  }

  /// Calls one of [Arithmetic]'s that take two operands of a type and give an i64.
  private static void call(CodeBuilder c, String name, ClassDesc operand) {
    c.invokestatic(ARITHMETIC, name, MethodTypeDesc.of(CD_long, operand, operand));
  }

  /// The input's segment and a flat index are on the stack; leaves the element.
  private void gather(CodeBuilder c, int input, boolean guarded) {
    DType dtype = node.inputs().get(input).dtype();
    ClassDesc type = desc(RegisterType.of(dtype));
    if (guarded) {
      c.loadConstant(node.inputs().get(input).numel());
      c.invokestatic(ELEMENTS, "guarded" + suffix(dtype), MethodTypeDesc.of(type, SEGMENT, CD_long, CD_long));
    } else {
      c.invokestatic(ELEMENTS, "load" + suffix(dtype), MethodTypeDesc.of(type, SEGMENT, CD_long));
    }
  }

  private static String suffix(DType dtype) {
    return switch (dtype) {
      case F32 -> "F32";
      case I32 -> "I32";
      case U8 -> "U8";
    };
  }

  private void pushConstant(CodeBuilder c, int i) {
    Instruction x = body.get(i);
    if (x.op() == Opcode.CONST_F) {
      c.loadConstant(Float.intBitsToFloat(x.imm()));
    } else {
      c.loadConstant((long) x.imm());
    }
  }

  /// A fold's accumulator is stored and loaded again after every step (SPEC §3.1); a NaN's bits wait for the last
  /// store, since nothing can see them before.
  private void wrap(CodeBuilder c) {
    switch (node.dtype()) {
      case F32 -> {}
      case I32 -> c.l2i().i2l();
      case U8 -> c.loadConstant(255L).land();
    }
  }

  // ---- passes ----------------------------------------------------------------------------------

  /// What a pass is handed besides the number of lanes.
  private sealed interface Argument {
    record Row(RegisterType type, int row) implements Argument {}

    record Scalar(int register) implements Argument {}

    record Segment(int input) implements Argument {}

    record LaneStart() implements Argument {}
  }

  /// One loop over the lanes of a strip: a static method `(arguments…, int lanes)`.
  private final class Pass {
    final int number;
    final List<Integer> computed = new ArrayList<>();
    final Set<Integer> leaves = new TreeSet<>();
    final Set<Integer> reloaded = new TreeSet<>();
    final List<Integer> elementary = new ArrayList<>();
    final Map<Argument, Integer> arguments = new LinkedHashMap<>();
    final boolean last;

    Pass(int number) {
      this.number = number;
      this.last = number == ready[result];
      for (int i = 0; i < body.size(); i++) {
        if (plan.isLive(i) && !uniform[i] && !isLaneLeaf(i) && pass[i] == number) {
          computed.add(i);
          for (int r : plan.operands(i)) {
            need(r);
          }
          if (body.get(i).op() == Opcode.GATHER) {
            argument(new Argument.Segment(body.get(i).a()));
          }
          if (rows.spill[i] >= 0) {
            argument(new Argument.Row(plan.type(i), rows.spill[i]));
          }
          if (body.get(i).op().isElementary()) {
            elementary.add(i);
          }
        }
      }
      if (last) {
        need(result);
        argument(new Argument.Row(RegisterType.of(node.dtype()), rows.accumulator));
      }
    }

    private void need(int r) {
      if (isConstant(r)) {
        return;
      }
      if (uniform[r]) {
        argument(new Argument.Scalar(r));
      } else if (body.get(r).op() == Opcode.INDEX) {
        leaves.add(r);
        argument(new Argument.LaneStart());
      } else if (isLaneLeaf(r)) {
        leaves.add(r);
        argument(rowOf(r));
      } else if (pass[r] < number) {
        reloaded.add(r);
        argument(new Argument.Row(plan.type(r), rows.spill[r]));
      }
    }

    private Argument rowOf(int leaf) {
      Instruction x = body.get(leaf);
      return new Argument.Row(plan.type(leaf), x.op() == Opcode.ACC ? rows.accumulator : rows.input[x.a()]);
    }

    private void argument(Argument a) {
      arguments.putIfAbsent(a, arguments.size());
    }

    String name() {
      return "pass" + number;
    }

    MethodTypeDesc type() {
      List<ClassDesc> types = new ArrayList<>();
      for (Argument a : arguments.keySet()) {
        types.add(switch (a) {
          case Argument.Row r -> rowDesc(r.type);
          case Argument.Scalar s -> desc(plan.type(s.register));
          case Argument.Segment _ -> SEGMENT;
          case Argument.LaneStart _ -> CD_long;
        });
      }
      types.add(CD_int);
      return MethodTypeDesc.of(CD_void, types);
    }

    private int slot(CodeBuilder c, Argument a) {
      return c.parameterSlot(arguments.get(a));
    }

    void write(CodeBuilder c) {
      int lanes = c.parameterSlot(arguments.size());
      int j = c.allocateLocal(TypeKind.INT);
      int[] local = new int[body.size()];
      Label loop = c.newLabel();
      Label end = c.newLabel();
      c.iconst_0().istore(j);
      c.labelBinding(loop).iload(j).iload(lanes).if_icmpge(end);
      IntConsumer push = r -> {
        if (isConstant(r)) {
          pushConstant(c, r);
        } else if (uniform[r]) {
          c.loadLocal(kind(plan.type(r)), slot(c, new Argument.Scalar(r)));
        } else {
          c.loadLocal(kind(plan.type(r)), local[r]);
        }
      };
      for (int r : leaves) {
        if (body.get(r).op() == Opcode.INDEX) {
          c.lload(slot(c, new Argument.LaneStart())).iload(j).i2l().ladd();
        } else {
          c.aload(slot(c, rowOf(r))).iload(j).arrayLoad(kind(plan.type(r)));
        }
        define(c, local, r);
      }
      for (int r : reloaded) {
        c.aload(slot(c, new Argument.Row(plan.type(r), rows.spill[r]))).iload(j).arrayLoad(kind(plan.type(r)));
        define(c, local, r);
      }
      for (int i : computed) {
        Instruction x = body.get(i);
        if (x.op().isElementary()) {
          push.accept(x.a());
        } else if (x.op() == Opcode.GATHER) {
          c.aload(slot(c, new Argument.Segment(x.a())));
          push.accept(x.b());
          gather(c, x.a(), true);
        } else {
          compute(c, x, push);
        }
        define(c, local, i);
        if (rows.spill[i] >= 0) {
          c.aload(slot(c, new Argument.Row(plan.type(i), rows.spill[i]))).iload(j);
          c.loadLocal(kind(plan.type(i)), local[i]).arrayStore(kind(plan.type(i)));
        }
      }
      if (last) {
        RegisterType type = RegisterType.of(node.dtype());
        c.aload(slot(c, new Argument.Row(type, rows.accumulator))).iload(j);
        push.accept(result);
        wrap(c);
        c.arrayStore(kind(type));
      }
      c.iinc(j, 1).goto_(loop).labelBinding(end).return_();
    }

    private void define(CodeBuilder c, int[] local, int r) {
      local[r] = c.allocateLocal(kind(plan.type(r)));
      c.storeLocal(kind(plan.type(r)), local[r]);
    }
  }

  // ---- run -------------------------------------------------------------------------------------

  private final class Run {
    private final CodeBuilder c;
    private final List<Pass> passes;
    private final @Nullable Places places;
    private final int step;
    private final int out;
    private final int scratch;
    private final int[] segment = new int[node.inputs().size()];
    private final int[] floatRow = new int[rows.floatRows];
    private final int[] longRow = new int[rows.longRows];
    private final int[] register = new int[body.size()];
    private final int[] outIndex = new int[plan.outDims().length];
    private final int[] redIndex = new int[plan.redDims().length];
    /// Where LOAD reads each input: the local variable of the loop level that code is now written for.
    private final int[] at = new int[node.inputs().size()];
    private final boolean[] loaded = new boolean[node.inputs().size()];
    private final boolean[] rowFilled = new boolean[node.inputs().size()];
    private int laneStart = -1;
    private int lanes = -1;
    private int outAt;
    private int accumulator;
    private @Nullable Vectors vectors;
    /// The end of a step of the fold.
    private @Nullable Label skip;

    Run(CodeBuilder c, List<Pass> passes) {
      this.c = c;
      this.passes = passes;
      this.places = null;
      this.step = c.parameterSlot(0);
      this.out = c.parameterSlot(1);
      this.scratch = c.parameterSlot(5);
    }

    Run(CodeBuilder c, Places places) {
      this.c = c;
      this.passes = List.of();
      this.places = places;
      this.step = places.step;
      this.out = places.out;
      this.scratch = places.scratch;
    }

    void writeInlined() {
      Places p = Objects.requireNonNull(places);
      if (hasLanes) {
        vectors = new Vectors();
        laneStart = c.allocateLocal(TypeKind.LONG);
        lanes = c.allocateLocal(TypeKind.INT);
        c.lconst_0().lstore(laneStart).loadConstant(plan.strip()).istore(lanes);
        outIndex[0] = laneStart;
      }
      outAt = p.outAt;
      System.arraycopy(p.segment, 0, segment, 0, segment.length);
      for (int s = 0; s < at.length; s++) {
        if (p.at[s] >= 0) {
          at[s] = c.allocateLocal(TypeKind.LONG);
          c.lload(p.at[s]).loadConstant(plan.access(s).offset()).ladd().lstore(at[s]);
        }
      }
      evaluate(false);
      if (hasLanes) {
        vectors.finish();
        return;
      }
      push(result);
      c.fstore(p.result);
      if (p.out >= 0) {
        store();
      }
    }

    void write() {
      fetchArrays();
      if (plan.inVectors()) {
        vectors = new Vectors();
      }
      int unit = c.allocateLocal(TypeKind.LONG);
      Label loop = c.newLabel();
      Label end = c.newLabel();
      c.lload(c.parameterSlot(6)).lstore(unit);
      c.labelBinding(loop).lload(unit).lload(c.parameterSlot(7)).lcmp().ifge(end);
      locate(unit);
      evaluate(false);
      if (node.hasFold()) {
        initialise();
        fold(0);
      } else {
        body(false);
      }
      store();
      c.lload(unit).lconst_1().ladd().lstore(unit);
      c.goto_(loop).labelBinding(end).return_();
    }

    private void fetchArrays() {
      boolean[] used = new boolean[node.inputs().size()];
      for (int i = 0; i < body.size(); i++) {
        Instruction x = body.get(i);
        if (plan.isLive(i) && (x.op() == Opcode.LOAD || x.op() == Opcode.GATHER)) {
          used[x.a()] = true;
          loaded[x.a()] |= x.op() == Opcode.LOAD;
        }
      }
      for (int s = 0; s < used.length; s++) {
        if (used[s]) {
          segment[s] = c.allocateLocal(TypeKind.REFERENCE);
          c.aload(c.parameterSlot(2)).loadConstant(s).aaload().astore(segment[s]);
        }
      }
      if (plan.inVectors()) {
        return;
      }
      for (int r = 0; r < floatRow.length; r++) {
        floatRow[r] = c.allocateLocal(TypeKind.REFERENCE);
        c.aload(c.parameterSlot(3)).loadConstant(r).aaload().astore(floatRow[r]);
      }
      for (int r = 0; r < longRow.length; r++) {
        longRow[r] = c.allocateLocal(TypeKind.REFERENCE);
        c.aload(c.parameterSlot(4)).loadConstant(r).aaload().astore(longRow[r]);
      }
    }

    /// The output indices of a unit, and where it starts in the output and in each input.
    private void locate(int unit) {
      long[] dims = plan.outDims();
      int lane = plan.lane();
      int rest = c.allocateLocal(TypeKind.LONG);
      c.lload(unit).lstore(rest);
      if (hasLanes) {
        laneStart = c.allocateLocal(TypeKind.LONG);
        lanes = c.allocateLocal(TypeKind.INT);
        if (plan.strips() == 1) {
          c.lconst_0().lstore(laneStart);
          c.loadConstant(plan.strip()).istore(lanes);
        } else {
          c.lload(rest).loadConstant(plan.strips()).lrem().loadConstant((long) plan.strip()).lmul().lstore(laneStart);
          c.lload(rest).loadConstant(plan.strips()).ldiv().lstore(rest);
          c.loadConstant((long) plan.strip()).loadConstant(dims[lane]).lload(laneStart).lsub();
          c.invokestatic(MATH, "min", MethodTypeDesc.of(CD_long, CD_long, CD_long)).l2i().istore(lanes);
        }
        if (vectors != null) {
          vectors.locate();
        }
      }
      int outermost = lane == 0 ? 1 : 0;
      for (int d = dims.length - 1; d >= 0; d--) {
        if (d == lane) {
          outIndex[d] = laneStart;
        } else if (d == outermost) {
          outIndex[d] = rest;
        } else {
          outIndex[d] = c.allocateLocal(TypeKind.LONG);
          c.lload(rest).loadConstant(dims[d]).lrem().lstore(outIndex[d]);
          c.lload(rest).loadConstant(dims[d]).ldiv().lstore(rest);
        }
      }
      outAt = affine(0, plan.outStrides());
      for (int s = 0; s < at.length; s++) {
        if (loaded[s]) {
          at[s] = affine(plan.access(s).offset(), plan.access(s).out());
        }
      }
    }

    private int affine(long offset, long[] strides) {
      int local = c.allocateLocal(TypeKind.LONG);
      c.loadConstant(offset);
      for (int d = 0; d < strides.length; d++) {
        if (strides[d] != 0) {
          c.lload(outIndex[d]).loadConstant(strides[d]).lmul().ladd();
        }
      }
      c.lstore(local);
      return local;
    }

    /// The uniform instructions and the rows that depend on the fold, or those that don't.
    private void evaluate(boolean along) {
      for (int i = 0; i < body.size(); i++) {
        if (!plan.isLive(i) || alongFold[i] != along || isConstant(i)) {
          continue;
        }
        if (uniform[i]) {
          evaluateUniform(i);
        } else if (vectors != null) {
          vectors.evaluate(i);
        } else if (body.get(i).op() == Opcode.LOAD && !rowFilled[body.get(i).a()]) {
          fillRow(body.get(i).a());
        }
      }
    }

    private void evaluateUniform(int i) {
      Instruction x = body.get(i);
      switch (x.op()) {
        case ACC -> {
          register[i] = accumulator;
          return;
        }
        case STEP -> {
          register[i] = step;
          return;
        }
        case INDEX -> {
          if (plan.indexedOut(x.a()) >= 0) {
            c.lload(outIndex[plan.indexedOut(x.a())]);
          } else if (plan.indexedRed(x.a()) >= 0) {
            c.lload(redIndex[plan.indexedRed(x.a())]);
          } else {
            c.lconst_0();
          }
        }
        case LOAD -> {
          if (places != null && places.scalar[x.a()] >= 0) {
            register[i] = places.scalar[x.a()];
            return;
          }
          c.aload(segment[x.a()]).lload(at[x.a()]);
          gather(c, x.a(), plan.access(x.a()).guarded());
        }
        case GATHER -> {
          c.aload(segment[x.a()]);
          push(x.b());
          gather(c, x.a(), true);
        }
        default -> compute(c, x, this::push);
      }
      register[i] = c.allocateLocal(kind(plan.type(i)));
      c.storeLocal(kind(plan.type(i)), register[i]);
    }

    private void push(int r) {
      if (isConstant(r)) {
        pushConstant(c, r);
      } else {
        c.loadLocal(kind(plan.type(r)), register[r]);
      }
    }

    private void fillRow(int input) {
      rowFilled[input] = true;
      DType dtype = node.inputs().get(input).dtype();
      RegisterType type = RegisterType.of(dtype);
      NodePlan.Access access = plan.access(input);
      c.aload(row(type, rows.input[input])).iload(lanes).aload(segment[input]).lload(at[input]);
      c.loadConstant(access.out()[plan.lane()]);
      List<ClassDesc> types = new ArrayList<>(List.of(rowDesc(type), CD_int, SEGMENT, CD_long, CD_long));
      if (access.guarded()) {
        c.loadConstant(node.inputs().get(input).numel());
        types.add(CD_long);
      }
      String name = access.guarded() ? "guardedRow" : "row";
      c.invokestatic(ELEMENTS, name + suffix(dtype), MethodTypeDesc.of(CD_void, types));
    }

    private int row(RegisterType type, int row) {
      return type == RegisterType.F32 ? floatRow[row] : longRow[row];
    }

    private void pushInit(RegisterType type) {
      if (type == RegisterType.F32) {
        c.loadConstant(Float.intBitsToFloat((int) node.initRegister()));
      } else {
        c.loadConstant(node.initRegister());
      }
    }

    private void initialise() {
      RegisterType type = RegisterType.of(node.dtype());
      if (vectors != null) {
        vectors.initialise();
      } else if (hasLanes) {
        c.aload(row(type, rows.accumulator)).iload(lanes);
        pushInit(type);
        String name = type == RegisterType.F32 ? "fillF32" : "fillI64";
        c.invokestatic(ELEMENTS, name, MethodTypeDesc.of(CD_void, rowDesc(type), CD_int, desc(type)));
      } else {
        accumulator = c.allocateLocal(kind(type));
        pushInit(type);
        c.storeLocal(kind(type), accumulator);
      }
    }

    private void fold(int level) {
      if (level == redIndex.length) {
        skip = c.newLabel();
        evaluate(true);
        body(true);
        c.labelBinding(skip);
        return;
      }
      int[] outer = at.clone();
      for (int s = 0; s < at.length; s++) {
        if (loaded[s] && plan.access(s).red()[level] != 0) {
          at[s] = c.allocateLocal(TypeKind.LONG);
          c.lload(outer[s]).lstore(at[s]);
        }
      }
      int index = c.allocateLocal(TypeKind.LONG);
      redIndex[level] = index;
      Label loop = c.newLabel();
      Label end = c.newLabel();
      c.lconst_0().lstore(index);
      c.labelBinding(loop).lload(index).loadConstant(plan.redDims()[level]).lcmp().ifge(end);
      fold(level + 1);
      for (int s = 0; s < at.length; s++) {
        if (at[s] != outer[s]) {
          c.lload(at[s]).loadConstant(plan.access(s).red()[level]).ladd().lstore(at[s]);
        }
      }
      c.lload(index).lconst_1().ladd().lstore(index);
      c.goto_(loop).labelBinding(end);
      System.arraycopy(outer, 0, at, 0, at.length);
    }

    private void body(boolean folds) {
      if (vectors != null) {
        vectors.finish();
        return;
      }
      if (!hasLanes) {
        if (folds) {
          push(result);
          wrap(c);
          c.storeLocal(kind(plan.type(result)), accumulator);
        }
        return;
      }
      for (Pass p : passes) {
        for (Argument a : p.arguments.keySet()) {
          switch (a) {
            case Argument.Row r -> c.aload(row(r.type, r.row));
            case Argument.Scalar s -> push(s.register);
            case Argument.Segment s -> c.aload(segment[s.input]);
            case Argument.LaneStart _ -> c.lload(laneStart);
          }
        }
        c.iload(lanes).invokestatic(SELF, p.name(), p.type());
        for (int i : p.elementary) {
          int row = floatRow[rows.spill[i]];
          c.aload(row).iload(lanes).aload(c.parameterSlot(5));
          c.invokestatic(
              ELEMENTS, rowMethod(body.get(i).op()), MethodTypeDesc.of(CD_void, FLOATS, CD_int, SEGMENT));
        }
      }
    }

    private void store() {
      DType dtype = node.dtype();
      RegisterType type = RegisterType.of(dtype);
      if (vectors != null) {
        vectors.store();
        return;
      }
      if (hasLanes) {
        c.aload(out).lload(outAt).loadConstant(plan.outStrides()[plan.lane()]);
        c.aload(row(type, rows.accumulator)).iload(lanes);
        c.invokestatic(ELEMENTS, "storeRow" + suffix(dtype),
            MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_long, rowDesc(type), CD_int));
        return;
      }
      c.aload(out).lload(outAt);
      if (node.hasFold()) {
        c.loadLocal(kind(type), accumulator);
      } else {
        push(result);
      }
      c.invokestatic(ELEMENTS, "store" + suffix(dtype), MethodTypeDesc.of(CD_void, SEGMENT, CD_long, desc(type)));
    }

    /// The lanes' part where [VectorRows] computes it: each instruction is a call, from rows to a row.
    private final class Vectors {
      /// In place of a scratch row's number: the output's own memory.
      private static final int OUTPUT = -2;

      private final int rowBytes = VectorRows.whole(plan.strip()) * 4;
      /// `lanes` rounded up to whole vectors.
      private final int whole;
      /// The scratch row of an instruction (or [#OUTPUT]), or of an input that can't be read where it is; -1 for none.
      private final int[] rowOf = new int[body.size()];
      private final int[] inputRow = new int[node.inputs().size()];
      private final int[] lastUse = new int[body.size()];
      private final BitSet taken = new BitSet();
      private final int accumulatorRow;
      private final int skipping = plan.skipping();
      /// Whether the result goes to the output's own memory.
      private final boolean storesDirectly;
      /// The row that takes a last vector which can't be put in its place yet; -1 for none.
      private int lastVector = -1;
      /// Where operands are read and results written: the lanes of the call that is now written for. They differ from
      /// the strip's where its last vector overlaps the one before.
      private int firstLane;
      private int callLanes;

      Vectors() {
        whole = plan.isWhole() || plan.isOverlapping() ? -1 : c.allocateLocal(TypeKind.INT);
        Arrays.fill(rowOf, -1);
        Arrays.fill(inputRow, -1);
        for (int i = 0; i < body.size(); i++) {
          lastUse[i] = i;
          if (plan.isLive(i)) {
            for (int r : plan.operands(i)) {
              lastUse[r] = i == skipping ? body.size() : i;
            }
          }
        }
        for (int i = 0; i < body.size(); i++) {
          if (plan.isLive(i) && isInlined(i)) {
            for (int r : plan.operands(i)) {
              lastUse[r] = Math.max(lastUse[r], lastUse[i]);
            }
          }
        }
        storesDirectly =
            !node.hasFold() && (plan.isWhole() || plan.isOverlapping()) && plan.outStrides()[plan.lane()] == 1;
        accumulatorRow = storesDirectly ? -1 : take();
      }

      private int take() {
        int row = taken.nextClearBit(0);
        taken.set(row);
        vectorRows = Math.max(vectorRows, row + 1);
        return row;
      }

      void locate() {
        if (whole >= 0) {
          c.iload(lanes).loadConstant(VectorRows.LANES - 1).iadd().loadConstant(-VectorRows.LANES).iand().istore(whole);
        }
      }

      private void pushScratch(int row) {
        c.aload(scratch).loadConstant((long) row * rowBytes + 4L * firstLane);
      }

      private void pushLanes() {
        if (callLanes > 0) {
          c.loadConstant(callLanes);
        } else {
          c.iload(whole >= 0 ? whole : lanes);
        }
      }

      private void pushOut() {
        c.aload(out).lload(outAt);
        pushBytes();
      }

      /// The byte of the element on the stack.
      private void pushBytes() {
        c.iconst_2().lshl();
        if (firstLane > 0) {
          c.loadConstant(4L * firstLane).ladd();
        }
      }

      /// Writes a call for all lanes of the strip; where vectors overlap, one for the whole vectors and one for the last.
      private void forAllLanes(Runnable call) {
        if (!plan.isOverlapping()) {
          call.run();
          return;
        }
        callLanes = plan.strip() / VectorRows.LANES * VectorRows.LANES;
        call.run();
        firstLane = plan.strip() - VectorRows.LANES;
        callLanes = VectorRows.LANES;
        call.run();
        firstLane = 0;
        callLanes = 0;
      }

      /// Writes a call whose result goes to where an operand is: what the last vector's overlaps is read before it is
      /// written.
      private void inPlace(Runnable call) {
        if (!plan.isOverlapping()) {
          call.run();
          return;
        }
        int row = take();
        firstLane = plan.strip() - VectorRows.LANES;
        callLanes = VectorRows.LANES;
        lastVector = row;
        call.run();
        lastVector = -1;
        firstLane = 0;
        callLanes = plan.strip() / VectorRows.LANES * VectorRows.LANES;
        call.run();
        firstLane = plan.strip() - VectorRows.LANES;
        callLanes = VectorRows.LANES;
        last();
        pushScratch(row);
        call("copyR", new ArrayList<>(List.of(SEGMENT, CD_long, SEGMENT, CD_long)));
        firstLane = 0;
        callLanes = 0;
        taken.clear(row);
      }

      /// A register as an operand: a row's segment and byte, a scalar, or the index of the first lane.
      private void operand(int r) {
        Instruction x = body.get(r);
        if (uniform[r]) {
          push(r);
        } else if (x.op() == Opcode.INDEX) {
          c.lload(laneStart);
          if (firstLane > 0) {
            c.loadConstant((long) firstLane).ladd();
          }
        } else if (r == skipping) {
          operand(x.b());
        } else if (x.op() == Opcode.ACC) {
          pushScratch(accumulatorRow);
        } else if (x.op() == Opcode.LOAD && inputRow[x.a()] >= 0) {
          pushScratch(inputRow[x.a()]);
        } else if (x.op() == Opcode.LOAD) {
          c.aload(segment[x.a()]).lload(at[x.a()]);
          pushBytes();
        } else {
          pushRow(r);
        }
      }

      private void pushRow(int i) {
        if (rowOf[i] == OUTPUT) {
          pushOut();
        } else {
          pushScratch(rowOf[i]);
        }
      }

      /// Whether an instruction's row is one of its own: all but the result's, unless the fold only repeats that.
      private boolean hasRow(int i) {
        return i != result || node.hasFold() && !alongFold[i];
      }

      private void destination(int i) {
        if (hasRow(i)) {
          pushRow(i);
        } else {
          last();
        }
      }

      void evaluate(int i) {
        Instruction x = body.get(i);
        if (i == skipping) {
          push(x.a());
          c.lconst_0().lcmp().ifeq(Objects.requireNonNull(skip));
          fetch(body.get(x.b()).a());
        } else if (x.op() == Opcode.LOAD && skipping >= 0 && i == body.get(skipping).b()) {
          // Not before it is known to be wanted.
          return;
        } else if (x.op() == Opcode.LOAD) {
          fetch(x.a());
        } else if (x.op() != Opcode.ACC && x.op() != Opcode.INDEX && !isInlined(i)) {
          compute(i, x);
        }
      }

      /// Whether one call computes it and its only reader, so that it has no row: the argument of an ExpMinus, or both
      /// the factor and the addend of fma(a·b, c, a·b), with b the same in all lanes. No such reader is inlined
      /// itself, so that this doesn't change while [#lastUse] is made.
      private boolean isInlined(int i) {
        Instruction x = body.get(i);
        int last = lastUse[i] < body.size() ? lastUse[i] : i;
        Instruction reader = body.get(last);
        boolean fits = switch (x.op()) {
          case SUB -> !uniform[x.a()] && uniform[x.b()] && plan.uses(i) == 1
              && plan.composition(last) == ExpMinus.COMPOSITION && plan.operands(last)[0] == i;
          case MUL -> uniform[x.a()] != uniform[x.b()] && plan.uses(i) == 2
              && reader.op() == Opcode.FMA && reader.a() == i && reader.c() == i && !uniform[reader.b()];
          default -> false;
        };
        return fits && alongFold[i] == alongFold[lastUse[i]];
      }

      /// Copies an input's lanes to a row where they don't lie one beside the other in whole vectors.
      private void fetch(int input) {
        NodePlan.Access access = plan.access(input);
        long stride = access.out()[plan.lane()];
        if ((plan.isWhole() || plan.isOverlapping()) && stride == 1 && !access.guarded()) {
          return;
        }
        if (inputRow[input] < 0) {
          inputRow[input] = take();
        } else if (!access.readsAlongFold()) {
          return;
        }
        pushScratch(inputRow[input]);
        c.iload(lanes).aload(segment[input]).lload(at[input]).loadConstant(stride);
        List<ClassDesc> types = new ArrayList<>(List.of(SEGMENT, CD_long, CD_int, SEGMENT, CD_long, CD_long));
        if (access.guarded()) {
          c.loadConstant(node.inputs().get(input).numel());
          types.add(CD_long);
        }
        c.invokestatic(ELEMENTS, access.guarded() ? "fetchGuarded" : "fetch", MethodTypeDesc.of(CD_void, types));
      }

      private void compute(int i, Instruction x) {
        int[] operands = plan.operands(i);
        Composition composition = plan.composition(i);
        String operation = composition == null ? x.op().name().toLowerCase(Locale.ROOT)
            : composition == ExpMinus.COMPOSITION && !isSeen(i) ? "rawExpMinus" : composition.name();
        List<Integer> temporary = new ArrayList<>();
        if (!uniform[operands[0]] && isInlined(operands[0])) {
          Instruction inner = body.get(operands[0]);
          int[] innerOperands = inner.registers();
          if (inner.op() == Opcode.MUL) {
            rowFirst(innerOperands);
          }
          operation += inner.op() == Opcode.MUL ? "Mul" : "Sub";
          operands = x.op() == Opcode.FMA
              ? new int[] {innerOperands[0], innerOperands[1], operands[1]} : innerOperands;
        } else if (composition == null) {
          prepare(x, operands, temporary);
        }
        // Lanes that are computed twice need their operands twice, and elementary functions are faster where the result's
        // row is none of theirs.
        boolean apart = plan.isOverlapping() || x.op().isElementary();
        if (!apart) {
          release(i, operands);
        }
        if (hasRow(i)) {
          rowOf[i] = x.op().isElementary() && canUseOutput() ? OUTPUT : take();
        }
        if (apart) {
          release(i, operands);
        }
        String name = operation;
        int[] read = operands;
        if (x.op().isElementary()) {
          // They take any number of lanes.
          callLanes = plan.isOverlapping() ? plan.strip() : 0;
          call(i, name, read, temporary);
          callLanes = 0;
        } else if (i == result && places != null && places.isInPlace) {
          inPlace(() -> call(i, name, read, temporary));
        } else {
          forAllLanes(() -> call(i, name, read, temporary));
        }
        temporary.forEach(taken::clear);
      }

      /// Whether an instruction's row may be looked at bit by bit, so that NaNs in it must be canonical.
      private boolean isSeen(int i) {
        return i == result && (places == null || places.isStored);
      }

      /// Whether a row can be the output's own memory until the result is written over it: what takes long to compute
      /// hides how long the memory takes.
      private boolean canUseOutput() {
        return storesDirectly && plan.isWhole() && !body.get(result).op().isElementary()
            && Arrays.stream(rowOf).noneMatch(row -> row == OUTPUT);
      }

      /// Brings operands into an order that there is a call for, and puts into rows what it wants there.
      private void prepare(Instruction x, int[] operands, List<Integer> temporary) {
        switch (x.op()) {
          case ADD, MUL, MIN, MAX, FEQ, IEQ -> rowFirst(operands);
          case FMA -> {
            rowFirst(operands);
            if (uniform[operands[0]]) {
              temporary.add(spread(operands[0]));
            }
          }
          case SELECT -> {
            if (uniform[operands[1]] && uniform[operands[2]]) {
              temporary.add(spread(operands[1]));
            }
          }
          default -> {}
        }
      }

      private void call(int i, String operation, int[] operands, List<Integer> temporary) {
        StringBuilder name = new StringBuilder(operation);
        List<ClassDesc> types = new ArrayList<>(List.of(SEGMENT, CD_long));
        destination(i);
        boolean spreads = !temporary.isEmpty();
        int spread = body.get(i).op() == Opcode.FMA ? 0 : 1;
        for (int o = 0; o < operands.length; o++) {
          if (spreads && o == spread) {
            pushScratch(temporary.getFirst());
            name.append('R');
            types.addAll(List.of(SEGMENT, CD_long));
            continue;
          }
          operand(operands[o]);
          if (uniform[operands[o]]) {
            name.append('S');
            types.add(desc(plan.type(operands[o])));
          } else if (body.get(operands[o]).op() == Opcode.INDEX) {
            name.append('I');
            types.add(CD_long);
          } else {
            name.append('R');
            types.addAll(List.of(SEGMENT, CD_long));
          }
        }
        call(name.toString(), types);
      }

      /// Swaps the first two operands where that changes nothing and the first is the scalar.
      private void rowFirst(int[] operands) {
        if (uniform[operands[0]] && !uniform[operands[1]]) {
          int scalar = operands[0];
          operands[0] = operands[1];
          operands[1] = scalar;
        }
      }

      /// Rows of operands that nothing reads any more, if the fold doesn't come back to them.
      private void release(int i, int[] operands) {
        for (int r : operands) {
          if (rowOf[r] >= 0 && lastUse[r] == i && !isReadAcross(r)) {
            taken.clear(rowOf[r]);
          }
        }
      }

      /// Whether an instruction that depends on the fold reads `r`, which doesn't: its last reader in the body's order may
      /// then be computed before others.
      private boolean isReadAcross(int r) {
        for (int i = 0; i < body.size(); i++) {
          for (int o : plan.operands(i)) {
            if (plan.isLive(i) && o == r && alongFold[i] != alongFold[r]) {
              return true;
            }
          }
        }
        return false;
      }

      private int spread(int r) {
        int row = take();
        forAllLanes(() -> {
          pushScratch(row);
          push(r);
          call("fillS", new ArrayList<>(List.of(SEGMENT, CD_long, CD_float)));
        });
        return row;
      }

      private void call(String name, List<ClassDesc> types) {
        pushLanes();
        types.add(CD_int);
        c.invokestatic(VECTOR_ROWS, name, MethodTypeDesc.of(CD_void, types));
      }

      void initialise() {
        pushScratch(accumulatorRow);
        pushInit(RegisterType.F32);
        call("fillS", new ArrayList<>(List.of(SEGMENT, CD_long, CD_float)));
      }

      /// A result that no call has put in its place yet.
      void finish() {
        if (uniform[result]) {
          forAllLanes(() -> {
            last();
            push(result);
            call("fillS", new ArrayList<>(List.of(SEGMENT, CD_long, CD_float)));
          });
        } else if (body.get(result).op() == Opcode.LOAD || node.hasFold() && !alongFold[result]) {
          forAllLanes(() -> {
            last();
            operand(result);
            call("copyR", new ArrayList<>(List.of(SEGMENT, CD_long, SEGMENT, CD_long)));
          });
        }
      }

      private void last() {
        if (lastVector >= 0) {
          pushScratch(lastVector);
        } else if (storesDirectly) {
          pushOut();
        } else {
          pushScratch(accumulatorRow);
        }
      }

      void store() {
        if (storesDirectly) {
          return;
        }
        c.aload(out).lload(outAt).loadConstant(plan.outStrides()[plan.lane()]);
        pushScratch(accumulatorRow);
        c.iload(lanes);
        c.invokestatic(ELEMENTS, "put",
            MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_long, SEGMENT, CD_long, CD_int));
      }
    }
  }
}
