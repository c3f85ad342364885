using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

/// <summary>One row whose values cannot be read costs itself, and not the list in which it stands.</summary>
internal static class DamagedRows
{
    /// <summary>Whether a fault is about what a row says. That a whole page or file is damaged is another matter: <see cref="StoreFaults"/>.</summary>
    public static bool IsOfContent(Exception fault) =>
        fault is JsonException or FormatException or ArgumentException or InvalidCastException or OverflowException or InvalidOperationException;

    /// <param name="standIn">What is put in the place of a row that cannot be read, by its sequence.</param>
    public static async Task<List<TRow>> ToListAsync<TRow>(IQueryable<TRow> rows, Func<long, Task<TRow>> standIn, CancellationToken cancellationToken)
        where TRow : class
    {
        try
        {
            return await rows.ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsOfContent(fault))
        {
            var read = new List<TRow>();
            foreach (var sequence in await rows.Select(row => EF.Property<long>(row, "Sequence")).ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                read.Add(await ReadAsync(rows.Where(row => EF.Property<long>(row, "Sequence") == sequence), () => standIn(sequence), cancellationToken)
                    .ConfigureAwait(false));
            }

            return read;
        }
    }

    private static async Task<TRow> ReadAsync<TRow>(IQueryable<TRow> row, Func<Task<TRow>> standIn, CancellationToken cancellationToken)
    {
        try
        {
            return (await row.ToListAsync(cancellationToken).ConfigureAwait(false))[0];
        }
        catch (Exception fault) when (IsOfContent(fault))
        {
            return await standIn().ConfigureAwait(false);
        }
    }
}
