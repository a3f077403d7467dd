package dev.verdict.learning.job;

import dev.verdict.learning.data.CharacterText;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.DecoderTransformer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/// Makes a job out of a text: a language model with AdamW on windows of it, the end of the text kept back to test on.
///
/// @param training tokens to train on, u8 [N]
/// @param test tokens kept back, u8
/// @param batch windows a step
/// @param sequence tokens a window
/// @param seed of the initial parameters
public record TextJob(
    DecoderTransformer model,
    Tensor training,
    Tensor test,
    int batch,
    int sequence,
    float learningRate,
    long seed) {

  /// Keeps back the last `testTokens`. Throws [IllegalArgumentException] where either part holds no window with the
  /// token after it, the text has more tokens than the model, or the learning rate isn't a positive number.
  public static TextJob of(DecoderTransformer model, CharacterText text, long testTokens, int batch, int sequence,
      float learningRate, long seed) {
    if (!Float.isFinite(learningRate) || learningRate <= 0) {
      throw new IllegalArgumentException("the learning rate must be a positive number, not " + learningRate);
    }
    long length = text.tokens().numel();
    if (batch < 1 || sequence < 1 || testTokens <= sequence || length - testTokens <= sequence) {
      throw new IllegalArgumentException("a text of " + length + " tokens, " + testTokens
          + " of them kept back, does not hold windows of " + sequence + " tokens and one more, " + batch + " a batch");
    }
    if (text.vocabulary() > model.vocabulary()) {
      throw new IllegalArgumentException("the text has " + text.vocabulary() + " different tokens, the model knows "
          + model.vocabulary());
    }
    return new TextJob(model, text.slice(0, length - testTokens), text.slice(length - testTokens, length), batch,
        sequence, learningRate, seed);
  }

  /// The job: this model, this text, `steps` batches.
  public TrainingJob job(long steps, long checkpointInterval) {
    BuiltGraph graph = model.training(bind("text", training), batch, sequence, AdamW.of(learningRate));
    StepInputs inputs = new StepInputs(graph.initialStates(seed), List.of(training), List.of());
    return new TrainingJob(graph.program(), inputs, steps, checkpointInterval);
  }

  private static BoundTensor bind(String name, Tensor tensor) {
    return new BoundTensor(name, tensor.dtype(), tensor.shape(), TensorCommitment.root(tensor));
  }

  /// The mean cross-entropy, in nats a token, of what follows each token of the first `batch` windows kept back (as many
  /// as there are where they are fewer), which don't overlap. For people: it is part of no
  /// commitment.
  ///
  /// @param trained slots of a state of [#job]
  public double testLoss(Executor executor, List<Tensor> trained) {
    int windows = (int) Math.min(batch, (test.numel() - 1) / sequence);
    Tensor tokens = Tensor.ofBytes(Shape.of(windows, sequence), new byte[windows * sequence]);
    MemorySegment.copy(test.segment(), 0, tokens.segment(), 0, tokens.sizeBytes());
    BuiltGraph graph = model.inference(bind("tokens", tokens));
    CompiledProgram compiled = executor.compile(graph.program(), Set.of(graph.output("logits")));
    List<Tensor> parameters = trained.subList(0, graph.program().slots().size());
    compiled.run(0, new StepInputs(parameters, List.of(tokens), List.of()), NodeObserver.NONE);
    Tensor logits = compiled.output(graph.output("logits"));
    double sum = 0;
    for (long row = 0; row < tokens.numel(); row++) {
      sum += crossEntropy(logits, row, (int) test.getLong(row + 1));
    }
    return sum / tokens.numel();
  }

  private double crossEntropy(Tensor logits, long row, int token) {
    long first = row * model.vocabulary();
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < model.vocabulary(); c++) {
      most = Math.max(most, logits.getFloat(first + c));
    }
    double sum = 0;
    for (int c = 0; c < model.vocabulary(); c++) {
      sum += Math.exp(logits.getFloat(first + c) - most);
    }
    return Math.log(sum) + most - logits.getFloat(first + token);
  }
}
