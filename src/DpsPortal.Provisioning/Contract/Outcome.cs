namespace DpsPortal.Provisioning.Contract;

/// <summary>What became of a call that may be refused: it was done, or it was refused and nothing changed.</summary>
/// <typeparam name="T">What the caller receives when it was done.</typeparam>
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>The call was carried out and its effect is durable.</summary>
    public sealed record Done(T Value) : Outcome<T>;

    /// <summary>The call was refused; nothing changed.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome<T>;

    public static implicit operator Outcome<T>(T value) => new Done(value);

    public static implicit operator Outcome<T>(Refusal refusal) => new Refused(refusal);
}

/// <summary>Why a call was refused, in a form the portal can put into the reader's language.</summary>
/// <param name="Code">Stable code; the portal's text is the resource <c>Refusal_{Code}</c>.</param>
/// <param name="Field">The form field at fault, when there is one.</param>
/// <param name="Arguments">Values the text names (a count, a name, a limit), in order.</param>
public sealed record Refusal(string Code, string? Field = null, params IReadOnlyList<string> Arguments);
