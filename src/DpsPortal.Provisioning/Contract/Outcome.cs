namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// What became of a call that may be refused: it was done, or it was refused and nothing changed. There is no third case:
/// <see cref="Match"/> answers both, <see cref="Then"/> goes on after the first. Where a call has nothing to give, whoever asks
/// what is wrong gets a <see cref="Refusal"/> or nothing.
/// </summary>
/// <typeparam name="T">What the caller receives when it was done.</typeparam>
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>The call was carried out and its effect is durable.</summary>
    public sealed record Done(T Value) : Outcome<T>
    {
        public override TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused) => done(Value);
    }

    /// <summary>The call was refused; nothing changed.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome<T>
    {
        public override TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused) => refused(Refusal);
    }

    /// <summary>One answer for both cases. An asynchronous one is the task that either function returns.</summary>
    public abstract TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused);

    /// <summary>Goes on with what was done; a refusal is passed on as it is.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => Match<Outcome<TNext>>(next, static refusal => refusal);

    /// <inheritdoc cref="Then"/>
    public Task<Outcome<TNext>> ThenAsync<TNext>(Func<T, Task<Outcome<TNext>>> next) =>
        Match(next, static refusal => Task.FromResult<Outcome<TNext>>(refusal));

    public static implicit operator Outcome<T>(T value) => new Done(value);

    public static implicit operator Outcome<T>(Refusal refusal) => new Refused(refusal);
}
