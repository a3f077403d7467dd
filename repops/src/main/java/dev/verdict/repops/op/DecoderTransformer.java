package dev.verdict.repops.op;

import dev.verdict.repops.ir.BoundTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// A language model that predicts the next token from those before it: an embedding, blocks of causal attention with
/// rotary positions and of a feed-forward network, each with a normalisation before it and a residual around it, a last
/// normalisation, and scores of every token. In a block, for x [B·S, width] and no biases but the normalisation's:
///
/// ```
/// h = normalised(x);  q = h·Q, k = h·K, v = h·V;  x = x + attention(rotary(q), rotary(k), v, causal)·O
/// h = normalised(x);  x = x + (silu(h·gate) · (h·up))·down        SWIGLU
///                     x = x + gelu(h·up)·down                     GELU
/// ```
///
/// Slots: `embedding` [vocabulary, width]; for each block i `Li.norm1` (and `Li.bias1` for LAYER), `Li.q`, `Li.k`,
/// `Li.v`, `Li.o`, `Li.norm2` (and `Li.bias2`), `Li.gate` (SWIGLU), `Li.up`, `Li.down`; `norm` (and `bias`), `head`
/// [width, vocabulary] unless tied; then the optimiser's. A matrix of `in` rows starts uniform with variance 1/in, `o`
/// and `down` with 1/(2·layers) of that; embeddings as if of `width` rows; normalisations at 1, biases at 0. Source:
/// Radford et al., "Language Models are Unsupervised Multitask Learners", 2019; Touvron et al., "LLaMA", 2023.
///
/// @param width features of a token; divisible by heads into an even number
/// @param keyValueHeads heads of keys and values, a divisor of `heads`
/// @param hidden features inside the feed-forward network
/// @param tied whether scores are products with the embeddings instead of a matrix of their own
public record DecoderTransformer(int vocabulary, int width, int layers, int heads, int keyValueHeads, int hidden,
    Normalizer normalizer, FeedForward feedForward, boolean tied) {
  private static final float EPSILON = 1e-5f;
  private static final float ROTARY_BASE = 10_000f;

  /// What stands before each part of a block.
  public enum Normalizer {
    /// [GraphBuilder#rmsNormalization].
    RMS,
    /// [GraphBuilder#layerNormalization].
    LAYER
  }

  /// What follows attention in a block.
  public enum FeedForward {
    /// Two matrices side by side, one through silu, their product through a third.
    SWIGLU,
    /// Two matrices with [GraphBuilder#geluTanh] between.
    GELU
  }

  /// Throws [InvalidAttributeException] for a size below 1, or heads that don't divide what they should.
  public DecoderTransformer {
    for (int size : new int[] {vocabulary, width, layers, heads, keyValueHeads, hidden}) {
      if (size < 1) {
        throw new InvalidAttributeException("DecoderTransformer", "each size", "at least 1", size);
      }
    }
    if (width % heads != 0 || width / heads % 2 != 0) {
      throw new InvalidAttributeException("DecoderTransformer", "heads",
          "such that each has an even part of width " + width, heads);
    }
    if (heads % keyValueHeads != 0) {
      throw new InvalidAttributeException("DecoderTransformer", "key and value heads", "a divisor of " + heads,
          keyValueHeads);
    }
  }

  /// In LLaMA's manner: RMS, SWIGLU, untied, as many heads of keys as of queries.
  public static DecoderTransformer llama(int vocabulary, int width, int layers, int heads, int hidden) {
    return new DecoderTransformer(
        vocabulary, width, layers, heads, heads, hidden, Normalizer.RMS, FeedForward.SWIGLU, false);
  }

  /// In GPT-2's manner but with rotary positions: LAYER, GELU with hidden = 4 · width, tied.
  public static DecoderTransformer gpt(int vocabulary, int width, int layers, int heads) {
    return new DecoderTransformer(
        vocabulary, width, layers, heads, heads, 4 * width, Normalizer.LAYER, FeedForward.GELU, true);
  }

  /// How many numbers it learns.
  public long parameterCount() {
    long norm = normalizer == Normalizer.LAYER ? 2L * width : width;
    long attention = 2L * width * width + 2L * width * keyWidth();
    long forward = (feedForward == FeedForward.SWIGLU ? 3L : 2L) * width * hidden;
    return layers * (attention + forward + 2 * norm) + norm + (tied ? 1L : 2L) * vocabulary * width;
  }

  private int keyWidth() {
    return width / heads * keyValueHeads;
  }

  /// One training step (SPEC §3.2) on `batch` windows of `sequence` tokens, of which each is to predict the next.
  /// With M = N − sequence, window i of step t starts at (((t · batch + i) mod M) · stride) mod M, the stride being the
  /// first number from M/φ on that has no divisor in common with M. Output `loss` is the mean of the cross-entropies.
  ///
  /// @param text u8 or i32 [N], tokens below `vocabulary`
  public BuiltGraph training(BoundTensor text, int batch, int sequence, Optimizer optimizer) {
    return training(new Training(), text, batch, sequence, optimizer, x -> x);
  }

  /// [#training] with [GraphBuilder#dropout] of the embeddings and of what each part of a block adds to x; the places
  /// are numbered in that order, from 0.
  ///
  /// @param ratio how much is left out
  /// @param seed the key that decides what
  public BuiltGraph training(
      BoundTensor text, int batch, int sequence, Optimizer optimizer, float ratio, long seed) {
    Training t = new Training();
    AtomicInteger places = new AtomicInteger();
    return training(t, text, batch, sequence, optimizer,
        x -> t.graph().dropout(x, ratio, seed, places.getAndIncrement()).y());
  }

  private BuiltGraph training(Training t, BoundTensor text, int batch, int sequence, Optimizer optimizer,
      UnaryOperator<Value> dropped) {
    GraphBuilder g = t.graph();
    Value data = g.data(text.name(), text.dtype(), text.shape(), text.root());
    Value scores = scores(t, Windows.of(data, batch, sequence, 0), dropped);
    Value next = g.reshape(Windows.of(data, batch, sequence, 1), (long) batch * sequence);
    return t.minimised(g.softmaxCrossEntropyLoss(scores, next), optimizer);
  }

  /// Scores of what follows each of `tokens` [B,S], as output `logits` [B·S, vocabulary]. Its slots are the first of
  /// the training program's, in its order.
  public BuiltGraph inference(BoundTensor tokens) {
    Training t = new Training();
    GraphBuilder g = t.graph();
    Value data = g.data(tokens.name(), tokens.dtype(), tokens.shape(), tokens.root());
    Views.requireRank("DecoderTransformer", "tokens", data, 2);
    g.output(Training.LOGITS, scores(t, data, x -> x));
    return g.build();
  }

  /// [B,S] → [B·S, vocabulary].
  private Value scores(Training t, Value tokens, UnaryOperator<Value> dropped) {
    GraphBuilder g = t.graph();
    long rows = tokens.shape().numel();
    Value embedding = t.parameter("embedding", spread(width), vocabulary, width);
    Value x = dropped.apply(g.embedding(embedding, g.reshape(tokens, rows)));
    for (int i = 0; i < layers; i++) {
      String name = "L" + i + ".";
      Value h = normalised(t, x, name + "norm1", name + "bias1");
      x = g.add(x, dropped.apply(attention(t, name, h, tokens.shape().dim(0))));
      x = g.add(x, dropped.apply(forward(t, name, normalised(t, x, name + "norm2", name + "bias2"))));
    }
    Value last = normalised(t, x, "norm", "bias");
    return g.matMul(last, tied ? g.transpose(embedding) : t.parameter("head", spread(width), width, vocabulary));
  }

  private Value normalised(Training t, Value x, String scaleName, String biasName) {
    Value scale = t.parameter(scaleName, Initializer.constant(1f), width);
    return switch (normalizer) {
      case RMS -> t.graph().rmsNormalization(x, scale, -1, EPSILON);
      case LAYER -> t.graph().layerNormalization(x, scale, t.parameter(biasName, Initializer.zeros(), width), -1,
          EPSILON);
    };
  }

  private Value attention(Training t, String name, Value h, long batch) {
    GraphBuilder g = t.graph();
    long sequence = h.shape().dim(0) / batch;
    RotaryEmbedding tables = RotaryEmbedding.tables(g, sequence, width / heads, ROTARY_BASE);
    List<Value> projected = new ArrayList<>();
    for (String part : List.of("q", "k", "v")) {
      int columns = part.equals("q") ? width : keyWidth();
      Value y = g.matMul(h, t.parameter(name + part, spread(width), width, columns));
      Value split = g.splitHeads(g.reshape(y, batch, sequence, columns), part.equals("q") ? heads : keyValueHeads);
      projected.add(part.equals("v") ? split : g.rotaryEmbedding(split, tables, null, false, 0));
    }
    Value mixed = g.mergeHeads(g.attention(projected.get(0), projected.get(1), projected.get(2), true));
    return g.matMul(g.reshape(mixed, h.shape().dim(0), width), t.parameter(name + "o", narrow(width), width, width));
  }

  private Value forward(Training t, String name, Value h) {
    GraphBuilder g = t.graph();
    Value inner = switch (feedForward) {
      case SWIGLU -> {
        Value gate = g.matMul(h, t.parameter(name + "gate", spread(width), width, hidden));
        Value up = g.matMul(h, t.parameter(name + "up", spread(width), width, hidden));
        yield g.mul(g.silu(gate), up);
      }
      case GELU -> g.geluTanh(g.matMul(h, t.parameter(name + "up", spread(width), width, hidden)));
    };
    return g.matMul(inner, t.parameter(name + "down", narrow(hidden), hidden, width));
  }

  /// Uniform of variance 1/rows.
  private static Initializer spread(long rows) {
    return Initializer.uniform((float) Math.sqrt(3.0 / rows));
  }

  /// What is added to the residual 2·layers times starts smaller, so that their sum doesn't.
  private Initializer narrow(long rows) {
    return Initializer.uniform((float) Math.sqrt(3.0 / rows / (2.0 * layers)));
  }
}
