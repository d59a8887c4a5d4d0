namespace RealtimeServer.Navigation.Voxels;

/// <summary>What agents of a size can stand on, among all that is flat enough.</summary>
internal static class SpanFilters
{
    /// <summary>Small things on walkable ground, a curb or a doorstep, are walked over though their own sides are steep.</summary>
    /// <param name="step">How high an agent steps, in steps of the field's height.</param>
    public static void OpenLowObstacles(SpanField field, int step)
    {
        for (int column = 0; column < field.Width * field.Depth; column++)
        {
            int below = -1;
            bool isGround = false;
            for (int at = field.First(column % field.Width, column / field.Width); at >= 0; at = field[at].Next)
            {
                bool isWalkable = field[at].IsWalkable;
                if (!isWalkable && isGround && field[at].Top - field[below].Top <= step)
                {
                    field[at].IsWalkable = true;
                }

                isGround = isWalkable;
                below = at;
            }
        }
    }

    /// <summary>Where the next solid part above is too low, nobody stands.</summary>
    /// <param name="clearance">How much room an agent needs, in steps of the field's height.</param>
    public static void CloseLowRooms(SpanField field, int clearance)
    {
        for (int column = 0; column < field.Width * field.Depth; column++)
        {
            for (int at = field.First(column % field.Width, column / field.Width); at >= 0; at = field[at].Next)
            {
                int above = field[at].Next;
                if (above >= 0 && field[above].Bottom - field[at].Top < clearance)
                {
                    field[at].IsWalkable = false;
                }
            }
        }
    }
}
