using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Common;

/// <summary>What a page's buttons do: whether a call is under way, and why the last one was refused.</summary>
public sealed class Attempt
{
    public bool Busy { get; private set; }

    public Refusal? Refusal { get; private set; }

    public void Forget() => Refusal = null;

    /// <returns>Whether it was done.</returns>
    public async Task<bool> RunAsync<T>(Func<Task<Outcome<T>>> call, Action<T> done)
    {
        (Busy, Refusal) = (true, null);
        try
        {
            var outcome = await call();
            Refusal = (outcome as Outcome<T>.Refused)?.Refusal;
            if (outcome is not Outcome<T>.Done(var value))
            {
                return false;
            }

            done(value);
            return true;
        }
        finally
        {
            Busy = false;
        }
    }
}
