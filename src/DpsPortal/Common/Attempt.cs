using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Common;

/// <summary>What a page's buttons do: whether a call is under way, and why the last one was refused.</summary>
public sealed class Attempt
{
    public bool Busy { get; private set; }

    public Refusal? Refusal { get; private set; }

    /// <summary>The fields of the form that the buttons save; cascaded to them. While one of them is at fault, nothing is called.</summary>
    public FieldFaults Fields { get; } = new();

    public void Forget() => Refusal = null;

    /// <summary>What the page itself sees, without a call.</summary>
    public void Refuse(Refusal refusal) => Refusal = refusal;

    /// <summary>Does nothing while a call is under way: a button can be pressed again before the browser knows that it is shut.</summary>
    /// <param name="leaves">Whether <paramref name="done"/> goes to another page; the buttons of this one then stay shut.</param>
    /// <returns>Whether it was done; when not, and not refused either, it was not even tried.</returns>
    public async Task<bool> RunAsync<T>(Func<Task<Outcome<T>>> call, Action<T> done, bool leaves = false)
    {
        if (Busy)
        {
            return false;
        }

        if (Fields.Any)
        {
            Refusal = new Refusal(FieldFaults.FieldTooLong);
            return false;
        }

        (Busy, Refusal) = (true, null);
        var left = false;
        try
        {
            var outcome = await call();
            Refusal = (outcome as Outcome<T>.Refused)?.Refusal;
            if (outcome is not Outcome<T>.Done(var value))
            {
                return false;
            }

            done(value);
            left = leaves;
            return true;
        }
        finally
        {
            Busy = left;
        }
    }
}
