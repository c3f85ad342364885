using System.Diagnostics;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>
/// One body serves the synchronous and the asynchronous overload: it takes the flag <c>async</c> and, when that is
/// false, calls nothing that could suspend, so its task is complete on return.
/// </summary>
internal static class Synchronously
{
    public static T EnsureCompleted<T>(this ValueTask<T> task)
    {
        Debug.Assert(task.IsCompleted, "The synchronous path awaited something.");
        return task.GetAwaiter().GetResult();
    }

    public static void EnsureCompleted(this ValueTask task)
    {
        Debug.Assert(task.IsCompleted, "The synchronous path awaited something.");
        task.GetAwaiter().GetResult();
    }
}
